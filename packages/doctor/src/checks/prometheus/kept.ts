import type { Check, Finding } from '../../check.js';
import type { Context } from '../../context.js';
import { readablePage } from '../../facts/metrics-page.js';
import { ownTarget } from '../../facts/own-target.js';
import { type Loss, pageLosses } from '../../facts/page-losses.js';
import { ourRules, query, type Rule, type Target } from '../../facts/prometheus.js';
import { jobOf } from '../../facts/prometheus-state.js';
import { type RelabelRule, relabeled } from '../../facts/relabel.js';
import { some } from '../some.js';
import { prometheusCheck } from './define.js';

export const allIsKept: Check = prometheusCheck({
  code: 'PMCP-D118',
  title: 'Prometheus keeps what the page shows: all names, labels and buckets.',
  why: 'What `metric_relabel_configs` drops is missing without an error. An alert that reads it can never fire, and its panels are empty.',
  cure: 'Take the rule that drops it out of `metric_relabel_configs` of the job, in `PROMETHEUS/config`, and reload. Fewer series come from a lower `metrics.maxNames`.',
  severity: 'fail',
  rights:
    'GET of `/api/v1/query`, `/api/v1/rules` and `/api/v1/status/config`, and of `/metrics` on the admin port.',
  after: ['PMCP-D100', 'PMCP-D103', 'PMCP-D116'],
  async run(context) {
    const page = context.settings.url && (await readablePage(context));
    const target = page && (await context.get(ownTarget));
    if (!target) return lostEverywhere(context);
    const losses = await pageLosses(context, target);
    if (losses.length === 0) return [];
    const [rules, { metric_relabel_configs = [] }] = await Promise.all([
      context.get(ourRules).catch(() => []),
      jobOf(context, target),
    ]);
    return grouped(losses, metric_relabel_configs, target).map(([culprit, same]) => ({
      found: `Prometheus lacks ${told(same)} of ${target.labels.instance}, which the page shows${culprit}`,
      severity: same.some((loss) => rules.some((rule) => isReadBy(loss, rule))) ? 'fail' : 'warn',
    }));
  },
});

function told(losses: readonly Loss[]): string {
  return some(
    losses.map(({ name, label, bounds }) => {
      if (bounds) return `the buckets ${some(bounds.map((le) => `le="${le}"`))} of ${name}`;
      return label === undefined ? name : `the label ${label} of ${name}`;
    }),
  );
}

function isReadBy({ name, label, bounds }: Loss, { query }: Rule): boolean {
  if (!new RegExp(`\\b${name}\\b`).test(query)) return false;
  if (bounds) return bounds.some((le) => query.includes(`le="${le}"`));
  return label === undefined || new RegExp(`\\b${label}\\b`).test(query);
}

/** By the rule that takes them away. */
function grouped(losses: readonly Loss[], rules: readonly RelabelRule[], target: Target) {
  const groups = new Map<string, Loss[]>();
  for (const loss of losses) {
    const rule = culprit(loss, rules, target);
    const because = rule
      ? `: metric_relabel_configs of the job ${target.scrapePool} has ${written(rule)}`
      : '';
    groups.set(because, [...(groups.get(because) ?? []), loss]);
  }
  return [...groups];
}

function culprit(
  { name, label, bounds, sample }: Loss,
  rules: readonly RelabelRule[],
  target: Target,
): RelabelRule | undefined {
  let labels: Readonly<Record<string, string>> = { ...sample.labels, ...target.labels, __name__: name };
  try {
    for (const rule of rules) {
      const after = relabeled(rule, labels);
      if (after === undefined || after.__name__ !== name) return rule;
      if (label !== undefined && !bounds && after[label] === undefined) return rule;
      labels = after;
    }
  } catch {
    // Told without it.
  }
  return undefined;
}

/** Prometheus writes defaults too. */
function written({ action, source_labels, regex, target_label, replacement }: RelabelRule): string {
  const isReplacing = !action || action === 'replace';
  return JSON.stringify({
    ...(source_labels && { source_labels }),
    ...(regex !== undefined && { regex }),
    ...(target_label && { target_label }),
    ...(isReplacing && { replacement }),
    ...(action && { action }),
  });
}

/** Without a page: what each server has, and rules read. */
async function lostEverywhere(context: Context): Promise<Finding[]> {
  const servers = 'job=~"pmcp.*"';
  const unbounded = `count by (job) (pmcp_request_duration_seconds_count{${servers}}) unless on (job) {__name__=~"pmcp_request_duration_seconds(_bucket)?", ${servers}}`;
  const [lost, ...unlabeled] = await Promise.all([
    query(context, unbounded),
    ...['method', 'outcome'].map((label) =>
      query(context, `count by (job) (pmcp_requests_total{${servers}, ${label}=""})`),
    ),
  ]);
  const finding = (what: string, job = '') => ({
    found: `Prometheus lacks ${what} of job ${job}, which rules read: look at its metric_relabel_configs`,
  });
  return [
    ...lost!.map(({ labels }) => finding('pmcp_request_duration_seconds_bucket', labels.job)),
    ...['method', 'outcome'].flatMap((label, i) =>
      unlabeled[i]!.map(({ labels }) => finding(`the label ${label} of pmcp_requests_total`, labels.job)),
    ),
  ];
}
