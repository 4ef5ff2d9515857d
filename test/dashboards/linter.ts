/**
 * The rules of Grafana's dashboard linter, applied also to heatmaps, which the linter skips. Each rule
 * returns its findings.
 */

import * as units from '@grafana/grafana-foundation-sdk/units';
import { parser as logql } from '@grafana/lezer-logql';
import { filled, opened } from './fill.js';
import { type Dashboard, isPrometheus, type Panel, panelsOf, queriesOf, type Variable } from './model.js';
import { faults, functionsAround, selectorsOf, syntaxErrors } from './promql.js';

type Rule = (dashboard: Dashboard) => string[];

const KNOWN_UNITS = new Set<unknown>(Object.values(units));
const SOURCE_LABELS: Readonly<Record<string, string>> = {
  datasource: 'Data source',
  prometheus_datasource: 'Prometheus data source',
  loki_datasource: 'Loki data source',
  tempo_datasource: 'Tempo data source',
};

/** Returns whether a series has no instance: it is recorded over all instances, or belongs to an alert. */
function hasNoInstance(metric: string): boolean {
  return (metric.includes(':') && !metric.startsWith('instance:')) || metric === 'ALERTS';
}

export const LINTER: Readonly<Record<string, Rule>> = {
  'template-datasource': ({ templating: { list } }) =>
    list
      .filter(({ type }) => type === 'datasource')
      .filter(({ name, label }) => SOURCE_LABELS[name] === undefined || SOURCE_LABELS[name] !== label)
      .map(({ name, label }) => `${name} is labelled ${label}`),
  'template-job': (dashboard) => targetVariable(dashboard, 'job', 'Job'),
  'template-instance': (dashboard) => targetVariable(dashboard, 'instance', 'Instance'),
  'template-label-promql': (dashboard) => {
    const { templating } = dashboard;
    return labelQueries(templating.list).flatMap(({ name, query }) => {
      const selector = /^label_values\((?:(.+), )?\w+\)$/.exec(query);
      if (!selector) return [`${name}: ${query} is no label_values()`];
      return syntaxErrors(filled(selector[1] ?? 'up', opened(dashboard))).map((error) => `${name}: ${error}`);
    });
  },
  'template-on-time-change-reload': ({ templating: { list } }) =>
    list.filter(({ type, refresh }) => type === 'query' && refresh !== 2).map(({ name }) => name),
  'panel-datasource': (dashboard) =>
    panelsOf(dashboard)
      .filter(({ datasource }) => !/^\$\{(\w+_)?datasource\}$/.test(datasource?.uid ?? ''))
      .map(({ title }) => title),
  'panel-title-description': (dashboard) =>
    panelsOf(dashboard)
      .filter(({ title, description = '' }) => !title || !description)
      .map(({ id, title }) => title || String(id)),
  'panel-units': (dashboard) =>
    panelsOf(dashboard)
      .filter(({ fieldConfig }) => !KNOWN_UNITS.has(fieldConfig?.defaults.unit ?? ''))
      .map(({ title }) => title),
  'panel-no-targets': (dashboard) =>
    panelsOf(dashboard)
      .filter(({ targets = [] }) => targets.length === 0)
      .map(({ title }) => title),
  'target-logql': (dashboard) =>
    queriesOf(dashboard, 'loki').flatMap(({ panel, text }) =>
      faults(logql, filled(text, opened(dashboard))).map((fault) => `${panel.title}: ${fault} in ${text}`),
    ),
  'target-logql-auto': (dashboard) =>
    queriesOf(dashboard, 'loki')
      .filter(({ text }) => [...text.matchAll(/\[([^\]]+)\]/g)].some(([, window]) => window !== '$__auto'))
      .map(({ panel, text }) => `${panel.title}: ${text}`),
  'target-promql': (dashboard) =>
    ofPrometheus(dashboard, (text) => syntaxErrors(filled(text, opened(dashboard)))),
  'target-rate-interval': (dashboard) =>
    ofPrometheus(dashboard, (text) =>
      functionsAround(withRateInterval(dashboard, text))
        .filter(({ functions, window }) => functions[0]?.endsWith('rate') && window !== RATE_INTERVAL)
        .map(({ window }) => window),
    ),
  'target-job': (dashboard) => matcherMissing(dashboard, 'job=~"$job"', () => false),
  'target-instance': (dashboard) => matcherMissing(dashboard, 'instance=~"$instance"', hasNoInstance),
  'target-counter-agg': (dashboard) =>
    ofPrometheus(dashboard, (text) =>
      functionsAround(filled(text, opened(dashboard)))
        .filter(({ metric }) => metric.endsWith('_total'))
        .filter(({ functions }) => !/^(i?rate|increase|i?delta|changes|resets)$/.test(functions[0] ?? ''))
        .map(({ metric }) => metric),
    ),
  'uneditable-dashboard': ({ editable }) => (editable === false ? [] : ['it can be edited']),
};

/** An unusual duration, which marks `$__rate_interval` among others. */
const RATE_INTERVAL = '17ms';

function withRateInterval(dashboard: Dashboard, text: string): string {
  return filled(text, { ...opened(dashboard), __rate_interval: RATE_INTERVAL });
}

function ofPrometheus(dashboard: Dashboard, check: (text: string, panel: Panel) => string[]): string[] {
  return queriesOf(dashboard, 'prometheus').flatMap(({ panel, text }) =>
    check(text, panel).map((fault) => `${panel.title}: ${fault} in ${text}`),
  );
}

/**
 * Returns whether matchers fit a metric. An alert may be about something without such a label: a missing
 * target, or Prometheus itself.
 */
export function honours(metric: string, matchers: readonly string[], matcher: string): boolean {
  return matchers.includes(metric === 'ALERTS' ? matcher.replace(/"$/, '|"') : matcher);
}

/** Only the variable itself is accepted, not one of its values. */
function matcherMissing(
  dashboard: Dashboard,
  matcher: string,
  excused: (metric: string) => boolean,
): string[] {
  const [label = ''] = matcher.split('=');
  const kept = { ...opened(dashboard), [label]: `$${label}` };
  return ofPrometheus(dashboard, (text) =>
    selectorsOf(filled(text, kept))
      .filter(({ metric, matchers }) => !excused(metric) && !honours(metric, matchers, matcher))
      .map(({ metric }) => metric),
  );
}

function targetVariable({ templating: { list } }: Dashboard, name: string, label: string): string[] {
  const found = list.find((variable) => variable.name === name);
  if (!found) return [`there is no ${name}`];
  const wanted = { type: 'query', label, multi: true, allValue: '.+', refresh: 2 };
  return Object.entries(wanted)
    .filter(([key, value]) => found[key as keyof Variable] !== value)
    .map(([key]) => `${name}.${key}`)
    .concat(isPrometheus(found) ? [] : [`${name}.datasource`]);
}

function labelQueries(list: readonly Variable[]): { name: string; query: string }[] {
  return list
    .filter(({ type, datasource }) => type === 'query' && datasource?.type === 'prometheus')
    .map(({ name, query }) => ({ name, query: typeof query === 'object' ? query.query : (query ?? '') }));
}
