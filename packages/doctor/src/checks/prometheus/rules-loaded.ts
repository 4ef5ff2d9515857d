import { type Check, type Finding, TooEarly } from '../../check.js';
import type { Context } from '../../context.js';
import { spoken } from '../../facts/duration.js';
import { type RuleGroup, ruleGroups } from '../../facts/prometheus.js';
import { readableConfig } from '../../facts/prometheus-state.js';
import { ran } from '../../facts/rules-that-ran.js';

export const rulesAreLoaded: Check = {
  code: 'PMCP-D104',
  group: 'prometheus',
  title: 'The recording and alert rules of MCP servers are loaded, and run.',
  why: 'Dashboards draw what the recording rules compute, and nobody is woken without the alert rules.',
  cure: 'Run `npx pmcp-observability assets ./monitoring`, name both files of `alerts/` in `rule_files`, check them with `promtool check rules`, and reload Prometheus.',
  needs: ['prometheus'],
  rights: 'GET of `/api/v1/rules`.',
  severity: 'fail',
  after: ['PMCP-D100'],
  async run(context) {
    const groups = await context.get(ruleGroups);
    const rules = groups.flatMap(({ rules }) => rules);
    if (rules.length === 0) return [await noRules(context)];
    const ours = rules.filter(isOurs);
    const missing = (['recording', 'alerting'] as const).filter(
      (kind) => !ours.some(({ type }) => type === kind),
    );
    const found = [
      ...missing.map((kind) => ({
        found: `of the ${rules.length} rules of Prometheus none is ${kind === 'alerting' ? 'an alert' : 'a recording rule'} for MCP servers`,
      })),
      ...ours.filter(({ health }) => health === 'err').map(broken),
    ];
    if (found.length === 0) expectRun(groups);
    return found;
  },
};

function isOurs({ name, query }: RuleGroup['rules'][number]): boolean {
  return /pmcp/i.test(name) || query.includes('pmcp');
}

/** What was never evaluated has no error yet, and is not known to run. */
function expectRun(groups: readonly RuleGroup[]): void {
  const counted = groups.map(({ interval, rules }) => ({ interval, ours: rules.filter(isOurs) }));
  const waiting = counted.filter(({ ours }) => !ours.every(ran));
  if (waiting.length === 0) return;
  const all = counted.flatMap(({ ours }) => ours);
  const never = all.filter((rule) => !ran(rule)).length;
  const left = Math.max(...waiting.map(({ interval }) => interval));
  throw new TooEarly(
    `${never} of ${all.length} rules are loaded and not evaluated yet, so their errors are not known: ask again in ${spoken(left)}`,
  );
}

/** Names the rule files of the configuration, if that can be read. */
async function noRules(context: Context): Promise<Finding> {
  const { rule_files = [] } = await context.get(readableConfig);
  if (rule_files.length === 0)
    return { found: 'Prometheus has loaded no rules: its configuration names no `rule_files`' };
  return {
    found: `Prometheus has loaded no rules: \`rule_files: [${rule_files.join(', ')}]\` fits no file, or only files without rules`,
    cure: 'Compare the pattern with the names of the files where Prometheus runs: their ending, their folder (relative paths begin at that of `prometheus.yml`), and in a container their mount. `npx pmcp-observability assets ./monitoring` writes the rules.',
  };
}

const MOST_CHARACTERS = 160;

/** What Prometheus says where a rule has more results than its group may have. */
const LIMITED = /exceeded limit of (\d+)/;

function broken({ name, lastError = 'no reason given' }: { name: string; lastError?: string }): Finding {
  const [, limit] = LIMITED.exec(lastError) ?? [];
  return {
    found: `rule ${name} fails: ${lastError.slice(0, MOST_CHARACTERS)}${lastError.length > MOST_CHARACTERS ? '…' : ''}`,
    cure:
      limit === undefined
        ? 'Ask Prometheus for the expression of the rule: its error says what is wrong with it, or with the series that it reads.'
        : `Take \`limit: ${limit}\` off the group of the rule, or raise it, and reload: a rule with more results than that records nothing, and alerts of nothing.`,
    // That of somebody else, about servers, keeps no other check from its work.
    ...(!/pmcp/i.test(name) && { severity: 'warn' as const }),
  };
}
