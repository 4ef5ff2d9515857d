import type { Context, Fact } from '../context.js';
import { ourRules } from './prometheus.js';
import { prometheusApi } from './prometheus-api.js';
import { prometheusConfig } from './prometheus-state.js';

/** The names of all labels that an alert about servers has: of series, of rules, and what is added on the way. */
export const labelsInUse: Fact<ReadonlySet<string>> = async (context) => {
  const [all, ofSeries, rules, { global, alerting = {} }] = await Promise.all([
    prometheusApi<readonly string[]>(context, 'labels'),
    seriesRead(context).then((series) => prometheusApi<readonly string[]>(context, `labels?${series}`)),
    context.get(ourRules),
    context.get(prometheusConfig),
  ]);
  // Before the first server is there, other series are all that is known.
  const known = ofSeries.length > 0 ? ofSeries : all;
  const { alert_relabel_configs = [], alertmanagers = [] } = alerting;
  const steps = [
    ...alert_relabel_configs,
    ...alertmanagers.flatMap((one) => one.alert_relabel_configs ?? []),
  ];
  return new Set([
    ...known,
    ...rules.flatMap(({ labels, query }) => [
      ...Object.keys(labels ?? {}),
      ...madeIn(query),
      ...namedIn(query).filter((name) => all.includes(name)),
    ]),
    ...Object.keys(global?.external_labels ?? {}),
    ...steps.flatMap(({ target_label }) => target_label ?? []),
    'alertname',
  ]);
};

/** Those, and what rules speak of: it may come with the next server. */
export const labelNames: Fact<ReadonlySet<string>> = async (context) => {
  const [used, rules] = await Promise.all([context.get(labelsInUse), context.get(ourRules)]);
  return new Set([...used, ...rules.flatMap(({ query }) => namedIn(query))]);
};

/** Returns the values that a label has in series of which alerts about servers are made. */
export async function valuesOf(context: Context, label: string): Promise<readonly string[]> {
  return prometheusApi(context, `label/${encodeURIComponent(label)}/values?${await seriesRead(context)}`);
}

/** Series of servers, what rules record of them, and those of their pods and disks that rules read. */
async function seriesRead(context: Context): Promise<string> {
  const rules = await context.get(ourRules);
  const others = rules.flatMap(({ query }) => query.match(/\b(?:kube|container|node)_\w+/g) ?? []);
  const names = ['.*pmcp_.+', ...new Set(others)].join('|');
  return `match[]=${encodeURIComponent(`{__name__=~"${names}"}`)}`;
}

/** Labels that an expression groups by, or asks for. */
function namedIn(query: string): string[] {
  const groups = [...query.matchAll(/\b(?:by|on|group_left|group_right)\s*\(([^)]*)\)/g)];
  const asked = [...query.matchAll(/(\w+)\s*(?:=~|!~|!=|=)\s*"/g)];
  return [
    ...groups.flatMap(([, names = '']) => names.split(',').map((name) => name.trim())),
    ...asked.map(([, name = '']) => name),
  ];
}

/** Labels that an expression may make. */
function madeIn(query: string): string[] {
  return [...query.matchAll(/"(\w+)"/g)].map(([, name = '']) => name);
}
