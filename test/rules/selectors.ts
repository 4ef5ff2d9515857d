/** Which series the selectors of rules want, followed through recording rules down to what programs show. */
import { isAlert, type RecordingRule, type RuleGroup } from '../../alerts/rule.js';
import { type Selector, selectorsOf } from '../dashboards/promql.js';

type Labels = ReadonlyMap<string, string>;

/** Writes a selector as PromQL. */
export const written = ({ metric, matchers }: Selector) =>
  matchers.length === 0 ? metric : `${metric}{${matchers.join(', ')}}`;

/**
 * Returns the selectors of a query, and those of the recording rules behind them, down to what programs show. All are
 * written as PromQL.
 */
export function selectorsBehind(query: string, groups: readonly RuleGroup[]): string[] {
  const recordings = groups.flatMap(({ rules }) => rules.flatMap((rule) => (isAlert(rule) ? [] : [rule])));
  const found = new Set<string>();
  const followed = new Set<string>();
  // What is wanted of a recorded series holds for the series behind it, where a rule tells its labels.
  const follow = (expr: string, inherited: readonly string[]) => {
    const way = `${expr} of ${inherited}`;
    if (followed.has(way)) return;
    followed.add(way);
    for (const selector of selectorsOf(expr)) {
      found.add(written(selector));
      const matchers = [...new Set([...inherited, ...selector.matchers])].sort();
      for (const rule of recordings.filter(({ record }) => record === selector.metric))
        if (couldWrite(rule, matchers)) follow(rule.expr, matchers);
    }
  };
  follow(query, []);
  return [...found].sort();
}

/** Labels that a rule does not write itself are known only to Prometheus. */
function couldWrite({ labels = {} }: RecordingRule, matchers: readonly string[]): boolean {
  const given = new Map(Object.entries(labels));
  return matchers.filter((matcher) => given.has(labelIn(matcher))).every((matcher) => meets(given, matcher));
}

/** Returns whether a series satisfies one matcher of a selector. */
export function meets(labels: Labels, matcher: string): boolean {
  const [, label = '', operator = '', quoted = ''] = /^(\w+)\s*(=~|!~|!=|=)\s*(.+)$/.exec(matcher) ?? [];
  const [value, wanted] = [labels.get(label) ?? '', JSON.parse(quoted) as string];
  const isMet = operator.endsWith('~') ? new RegExp(`^(?:${wanted})$`).test(value) : value === wanted;
  return isMet !== operator.startsWith('!');
}

export const labelIn = (matcher: string) => /^\w+/.exec(matcher)?.[0] ?? '';
