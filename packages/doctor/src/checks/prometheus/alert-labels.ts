import { CannotRun, type Finding, type Severity } from '../../check.js';
import type { Context } from '../../context.js';
import { labelNames, valuesOf } from '../../facts/label-names.js';
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
  title: 'Alerts leave Prometheus, with their severity and their name.',
  why: 'Rules of `alert_relabel_configs` change what is sent: an alert that they drop reaches nobody, and one without severity takes the default route and wakes nobody.',
  cure: 'Correct `alerting.alert_relabel_configs` in the configuration of Prometheus, and reload: it should drop labels by which replicas of Prometheus differ, and no other.',
  severity: 'fail',
  rights:
    'GET of `/api/v1/status/config`, `/api/v1/rules`, `/api/v1/labels`, `/api/v1/label/*/values` and `/api/v1/targets`.',
  after: ['PMCP-D104', 'PMCP-D107'],
  async run(context) {
    const [config, rules, all] = await Promise.all([
      context.get(prometheusConfig),
      context.get(ourRules),
      context.get(targets),
    ]);
    const chains = chainsOf(config);
    // That no Alertmanager is configured is what D107 finds.
    if (chains.length === 0) return [];
    const external = config.global?.external_labels ?? {};
    const may = await possibleValues(context, chains.flat());
    try {
      return SEVERITIES.flatMap((severity): Finding[] => {
        const samples = samplesOf(rules, severity, all, external);
        const sent = chains.map((chain) =>
          samples.map((before) => ({ before, after: leaves(chain, before, may) })),
        );
        return samples.length === 0 ? [] : toldOf(severity, sent.flat());
      });
    } catch (error) {
      if (error instanceof UnknownRule) throw new CannotRun(`not known here: ${error.message}`);
      throw error;
    }
  },
});

interface Passage {
  readonly before: Labels;
  /** Undefined if it is dropped. */
  readonly after: Labels | undefined;
}

/** What routes ask for, and what only tells alerts of several servers apart. */
const READ: readonly (readonly [label: string, severity: Severity])[] = [
  ['severity', 'fail'],
  ['alertname', 'fail'],
  ['job', 'warn'],
  ['namespace', 'warn'],
];

function toldOf(of: string, passages: readonly Passage[]): Finding[] {
  const each = `each alert with severity="${of}"`;
  const left = passages.filter(({ after }) => after !== undefined);
  if (left.length === 0) return [{ found: `${each} is dropped: alert_relabel_configs` }];
  const lost = READ.find(([label]) => {
    const had = left.filter(({ before }) => before[label]);
    return had.length > 0 && had.every(({ after }) => !after?.[label]);
  });
  return lost === undefined
    ? []
    : [{ found: `${each} loses its ${lost[0]}: alert_relabel_configs`, severity: lost[1] }];
}

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

/** The values that a label may have which an example lacks. A label that is not here may have any. */
type Possible = ReadonlyMap<string, readonly string[]>;

async function possibleValues(context: Context, steps: readonly RelabelRule[]): Promise<Possible> {
  const asked = [...new Set(steps.flatMap(({ source_labels = [] }) => source_labels))];
  try {
    const had = await context.get(labelNames);
    const values = await Promise.all(
      asked.map(async (name) => [name, had.has(name) ? await valuesOf(context, name) : []] as const),
    );
    // What rules speak of and no series has yet may come with the next server.
    return new Map(
      values
        .filter(([name, known]) => known.length > 0 || !had.has(name))
        .map(([name, known]) => [name, [...known, '']]),
    );
  } catch {
    return new Map();
  }
}

/** Returns the labels after all steps. A step drops only what it drops whatever unknown labels may be. */
function leaves(chain: readonly RelabelRule[], alert: Labels, may: Possible): Labels | undefined {
  let labels = alert;
  for (const rule of chain) {
    const variants = variantsOf(labels, rule.source_labels ?? [], may);
    if (variants.length > 0 && variants.every((one) => relabeled(rule, one) === undefined)) return undefined;
    labels = relabeled(rule, labels) ?? labels;
  }
  return labels;
}

const MOST_VARIANTS = 1_000;

/** Returns the alert with all values that labels which it lacks may have; none if that is unknown. */
function variantsOf(labels: Labels, names: readonly string[], may: Possible): readonly Labels[] {
  return names
    .filter((name) => labels[name] === undefined)
    .reduce<readonly Labels[]>(
      (all, name) => {
        const values = may.get(name) ?? [];
        if (all.length * values.length > MOST_VARIANTS) return [];
        return all.flatMap((one) => values.map((value) => ({ ...one, [name]: value })));
      },
      [labels],
    );
}
