import type { Fact } from '../context.js';
import { ourRules } from './prometheus.js';
import { prometheusApi } from './prometheus-api.js';
import { prometheusConfig } from './prometheus-state.js';

/** The names of all labels that an alert of this Prometheus can have: of series, of rules, and what is added on the way. */
export const labelNames: Fact<ReadonlySet<string>> = async (context) => {
  const [ofSeries, rules, { global, alerting = {} }] = await Promise.all([
    prometheusApi<readonly string[]>(context, 'labels'),
    context.get(ourRules),
    context.get(prometheusConfig),
  ]);
  const { alert_relabel_configs = [], alertmanagers = [] } = alerting;
  const steps = [
    ...alert_relabel_configs,
    ...alertmanagers.flatMap((one) => one.alert_relabel_configs ?? []),
  ];
  return new Set([
    ...ofSeries,
    ...rules.flatMap(({ labels }) => Object.keys(labels ?? {})),
    ...Object.keys(global?.external_labels ?? {}),
    ...steps.flatMap(({ target_label }) => target_label ?? []),
    'alertname',
  ]);
};
