import { spoken } from '../../facts/duration.js';
import { isKnownSeries } from '../../facts/known-series.js';
import { ourRules, query, ruleGroups } from '../../facts/prometheus.js';
import { hasRun } from '../../facts/rules-that-ran.js';
import { prometheusCheck } from './define.js';

const RIGHTS = 'GET of `/api/v1/rules`.';

export const groupsEndInTime = prometheusCheck({
  code: 'PMCP-D122',
  title: 'Groups of rules end before they begin again.',
  why: 'A group that takes longer than its interval leaves runs out: recorded series have gaps, and alerts come late.',
  cure: 'Give Prometheus more CPU, or the group a longer `interval`; `prometheus_rule_group_last_duration_seconds` tells which rules cost most.',
  severity: 'fail',
  rights: RIGHTS,
  async run(context) {
    return (await context.get(ruleGroups))
      .filter(({ evaluationTime, interval }) => evaluationTime > interval)
      .map(({ name, evaluationTime, interval }) => ({
        found: `group ${name} takes ${spoken(evaluationTime)}, and runs every ${spoken(interval)}`,
      }));
  },
});

/** Longer than any shipped group takes to record its series. */
const OLD_ENOUGH = '10m';

export const rulesRecord = prometheusCheck({
  code: 'PMCP-D123',
  title: 'The rules record what dashboards draw.',
  why: 'Panels read recorded series. Rules that run over series of other names or labels record nothing, and report no error.',
  cure: 'Compare the labels of `pmcp_requests_total` with what the rule asks for: PROMETHEUS/graph?g0.expr=rate(pmcp_requests_total[5m]). Jobs of servers have names that begin with `pmcp`.',
  severity: 'fail',
  rights: 'GET of `/api/v1/query` and `/api/v1/rules`.',
  after: ['PMCP-D104', 'PMCP-D115', 'PMCP-D118'],
  async run(context) {
    const name = 'instance:pmcp_requests:rate5m';
    const isLoaded = (await context.get(ourRules)).some((rule) => rule.name === name);
    if (!isLoaded) return [];
    const unrecorded = `count by (job) (pmcp_requests_total offset ${OLD_ENOUGH} and pmcp_requests_total) unless on (job) {__name__="${name}"}`;
    if ((await query(context, unrecorded)).length === 0) return [];
    await hasRun(context, name);
    const lost = await query(context, unrecorded);
    return lost.map(({ labels }) => ({
      found: `job ${labels.job} has had requests for ${OLD_ENOUGH}, and ${name} has no series of it`,
    }));
  },
});

export const rulesAskForKnownMetrics = prometheusCheck({
  code: 'PMCP-D124',
  title: 'Rules ask for metrics that exist.',
  why: 'An alert about a metric that nobody has can never fire. A name that was renamed, or written wrongly, looks right for ever.',
  cure: 'Take the name from METRICS.md; CHANGELOG.md says what was renamed.',
  severity: 'fail',
  rights: 'GET of `/api/v1/rules` and `/api/v1/query`.',
  after: ['PMCP-D104'],
  async run(context) {
    const rules = await context.get(ourRules);
    const recorded = new Set(rules.map(({ name }) => name));
    const asked = rules.flatMap(({ name, query }) =>
      [...query.matchAll(/(?<![\w:"])pmcp_\w+(?![\w:]|\()/g)].map(([metric]) => ({ name, metric })),
    );
    const strange = asked.filter(({ metric }) => !isKnownSeries(metric) && !recorded.has(metric));
    const found = await Promise.all(
      strange.map(async ({ name, metric }) =>
        (await query(context, `count(${metric})`)).length > 0
          ? []
          : [{ found: `rule ${name} asks for ${metric}, which nobody has` }],
      ),
    );
    return found.flat();
  },
});
