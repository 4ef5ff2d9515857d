import type { Finding } from '../../check.js';
import type { Context } from '../../context.js';
import { exactly, type Labels, matches } from '../../facts/alert-matchers.js';
import { CRITICAL, WATCHDOG } from '../../facts/alert-samples.js';
import { alertmanagerApi, alertmanagerConfig, type Inhibition } from '../../facts/alertmanager.js';
import { labelsInUse } from '../../facts/label-names.js';
import { alertmanagerCheck } from './define.js';

/** Alerts that may fire for hours, or always. */
const SOURCES: readonly Labels[] = [
  WATCHDOG,
  { alertname: 'PmcpVersionSkew', severity: 'info', job: 'pmcp' },
  { alertname: 'PmcpBackupMissing', severity: 'warning', job: 'pmcp', namespace: 'default' },
];

/** Outside of Kubernetes alerts have no namespace, as the Watchdog: for `equal` both are the same. */
const TARGETS: readonly Labels[] = [...CRITICAL, ...CRITICAL.map(({ namespace: _, ...labels }) => labels)];

export const inhibitionHidesNothing = alertmanagerCheck({
  code: 'PMCP-D205',
  title: 'No alert that may always be there hides critical ones.',
  why: 'An inhibition by the Watchdog, or by an alert of no weight, keeps what should wake somebody to itself for as long as that fires.',
  cure: 'Give the entry of `inhibit_rules` source matchers that name the cause, and `equal` with the labels of what it is a cause for. The shipped alertmanager.yaml has examples.',
  severity: 'fail',
  async run(context) {
    const { inhibit_rules = [] } = await context.get(alertmanagerConfig);
    return inhibit_rules.flatMap((rule, i): Finding[] => {
      const [pair] = SOURCES.flatMap((source) =>
        TARGETS.filter((target) => hides(rule, source, target)).map((target) => ({ source, target })),
      );
      if (pair === undefined) return [];
      const { source, target } = pair;
      return [{ found: `entry ${i + 1} of inhibit_rules: ${source.alertname} hides ${target.alertname}` }];
    });
  },
});

function hides(rule: Inhibition, source: Labels, target: Labels): boolean {
  const isPair = isSource(rule, source) && isTarget(rule, target);
  // Alertmanager lets no alert that fits both sides be hidden by another such.
  const fitBoth = isTarget(rule, source) && isSource(rule, target);
  return (
    isPair && !fitBoth && (rule.equal ?? []).every((name) => value(source, name) === value(target, name))
  );
}

function isSource({ source_matchers, source_match, source_match_re }: Inhibition, labels: Labels): boolean {
  const matching = { matchers: source_matchers, match: source_match, match_re: source_match_re };
  return matches(matching, exactly(labels)) === true;
}

function isTarget({ target_matchers, target_match, target_match_re }: Inhibition, labels: Labels): boolean {
  const matching = { matchers: target_matchers, match: target_match, match_re: target_match_re };
  return matches(matching, exactly(labels)) === true;
}

function value(labels: Labels, name: string): string {
  return labels[name] ?? '';
}

/** Warnings of several kinds, none of which causes another. */
const WARNINGS: readonly Labels[] = ['PmcpToolErrors', 'PmcpDiskNearlyFull', 'PmcpCertificateEndsSoon'].map(
  (alertname) => ({ alertname, severity: 'warning', job: 'pmcp', namespace: 'default' }),
);

export const inhibitionStaysNear = alertmanagerCheck({
  code: 'PMCP-D206',
  title: 'A critical alert hides only alerts of the same place.',
  why: 'An inhibition without `equal`, or with labels there that no alert has, hides them everywhere: while any server has a critical alert, no other one can warn.',
  cure: 'Give the entry of `inhibit_rules` the labels in which both must be the same: `equal: [cluster, namespace, job, alertname]`, and reload.',
  severity: 'warn',
  after: ['PMCP-D200', 'PMCP-D205'],
  async run(context) {
    const { inhibit_rules = [] } = await context.get(alertmanagerConfig);
    const nobodyHas = await unusedLabels(context);
    return inhibit_rules.flatMap((rule, i): Finding[] => {
      const hidesAll =
        nobodyHas(rule.equal) &&
        CRITICAL.every((critical) => WARNINGS.every((warning) => hides(rule, critical, warning)));
      if (!hidesAll) return [];
      const { equal = [] } = rule;
      const how =
        equal.length === 0 ? 'no equal' : `equal: [${equal.join(', ')}], and no alert has such a label`;
      return [
        { found: `entry ${i + 1} of inhibit_rules has ${how}: any critical alert hides every warning` },
      ];
    });
  },
});

/** Labels that none of two alerts has are the same for `equal`. Only Prometheus knows which ones there are. */
async function unusedLabels(context: Context): Promise<(names?: readonly string[]) => boolean> {
  const known = context.settings.prometheus
    ? await context.get(labelsInUse).catch(() => undefined)
    : undefined;
  const here = await alertmanagerApi<readonly { readonly labels: Labels }[]>(context, 'alerts').catch(
    () => [],
  );
  const isUsed = (name: string) => known?.has(name) !== false || here.some(({ labels }) => name in labels);
  return (names = []) => !names.some(isUsed);
}
