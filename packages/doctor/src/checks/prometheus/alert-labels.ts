import { CannotRun, type Finding } from '../../check.js';
import { labelNames } from '../../facts/label-names.js';
import { isServer, ourRules, type Rule, type Target, targets } from '../../facts/prometheus.js';
import { type PrometheusConfig, prometheusConfig } from '../../facts/prometheus-state.js';
import { type RelabelRule, relabeled, UnknownRule } from '../../facts/relabel.js';
import { prometheusCheck } from './define.js';

type Labels = Readonly<Record<string, string>>;

/** Those that somebody is told of. */
const SEVERITIES = ['critical', 'warning'] as const;
const MAX_TARGETS = 20;

export const alertsKeepSeverity = prometheusCheck({
  code: 'PMCP-D108',
  title: 'Alerts leave Prometheus with their severity.',
  why: 'Rules of `alert_relabel_configs` change what is sent: an alert that they drop reaches nobody, and one without severity takes the default route and wakes nobody.',
  cure: 'Correct `alerting.alert_relabel_configs` in the configuration of Prometheus, and reload: it should drop labels by which replicas of Prometheus differ, and no other.',
  severity: 'fail',
  rights: 'GET of `/api/v1/status/config`, `/api/v1/rules`, `/api/v1/labels` and `/api/v1/targets`.',
  after: ['PMCP-D104', 'PMCP-D107'],
  async run(context) {
    const [config, rules, all, names] = await Promise.all([
      context.get(prometheusConfig),
      context.get(ourRules),
      context.get(targets),
      context.get(labelNames),
    ]);
    const chains = chainsOf(config);
    // That no Alertmanager is configured is what D107 finds.
    if (chains.length === 0) return [];
    const external = config.global?.external_labels ?? {};
    try {
      return SEVERITIES.flatMap((severity): Finding[] => {
        const samples = samplesOf(rules, severity, all, external);
        const fates = chains.map((chain) => samples.map((labels) => fateOf(chain, labels, names)));
        const fate = (['is dropped', 'loses its severity'] as const).find(
          (one) =>
            samples.length > 0 && fates.every((of) => of.every((had) => had === one || had === 'is dropped')),
        );
        return fate === undefined
          ? []
          : [{ found: `each alert with severity="${severity}" ${fate}: alert_relabel_configs` }];
      });
    } catch (error) {
      if (error instanceof UnknownRule) throw new CannotRun(`not known here: ${error.message}`);
      throw error;
    }
  },
});

/** What an alert goes through on its way to each Alertmanager. */
function chainsOf({ alerting = {} }: PrometheusConfig): (readonly RelabelRule[])[] {
  const { alert_relabel_configs: all = [], alertmanagers = [] } = alerting;
  return alertmanagers.map(({ alert_relabel_configs: own = [] }) => [...all, ...own]);
}

/** Alerts as the rules make them, about servers that are there. */
function samplesOf(
  rules: readonly Rule[],
  severity: string,
  all: readonly Target[],
  external: Labels,
): Labels[] {
  const about = all.filter(isServer).slice(0, MAX_TARGETS);
  const alerts = rules.filter(({ type, labels }) => type === 'alerting' && labels?.severity === severity);
  return alerts.flatMap(({ name, labels }) =>
    [{}, ...about.map((target) => target.labels)].map((of) => ({
      ...external,
      ...of,
      ...labels,
      alertname: name,
    })),
  );
}

type Fate = 'is dropped' | 'loses its severity' | 'is sent';

/** What is decided by a label that this one lacks, and another may have, is taken as well. */
function fateOf(chain: readonly RelabelRule[], alert: Labels, names: ReadonlySet<string>): Fate {
  let labels = alert;
  for (const rule of chain) {
    const isDecided = (rule.source_labels ?? []).every(
      (name) => labels[name] !== undefined || !names.has(name),
    );
    const after = relabeled(rule, labels);
    if (after === undefined && isDecided) return 'is dropped';
    labels = after ?? labels;
  }
  return labels.severity ? 'is sent' : 'loses its severity';
}
