import { ruleGroups } from '../../alerts/groups.js';
import { signOf } from '../../packages/doctor/src/facts/canonical.js';

/** Signs with which the doctor recognises the shipped rules in a Prometheus. */
export function shippedRules(): string {
  const signs = new Map<string, string[]>();
  for (const rule of ruleGroups().flatMap(({ rules }) => rules)) {
    const name = 'alert' in rule ? rule.alert : rule.record;
    signs.set(name, [...(signs.get(name) ?? []), signOf(rule.expr)]);
  }
  const lines = [...signs].map(
    ([name, all]) => `  ${/^\w+$/.test(name) ? name : `'${name}'`}: '${all.join(' ')}',`,
  );
  return [
    '// Generated from alerts/ by `npm run generate`.',
    '',
    '/** The signs of the expressions of each rule, by its name. */',
    'export const SHIPPED_RULES: Readonly<Record<string, string>> = {',
    ...lines.sort(),
    '};',
    '',
  ].join('\n');
}
