import { parser as traceql } from '@grafana/lezer-traceql';
import { catalog } from '@pmcp/observability/catalog';
import { TARGET_LABELS } from '../../prometheus/promql.js';
/** Our rules for dashboards besides those of the linter. Each rule returns its findings. */

import { filled, opened } from './fill.js';
import { knownMetrics } from './known-metrics.js';
import { honours } from './linter.js';
import { metricsOf } from './metrics.js';
import { type Dashboard, panelsOf, queriesOf } from './model.js';
import { faults, selectorsOf } from './promql.js';

const KNOWN = knownMetrics();
const LABELS = new Map<string, readonly string[]>(
  Object.values(catalog).map(({ name, labels }) => [name, labels]),
);

type Check = (dashboard: Dashboard, uids: readonly string[]) => string[];

export const STRUCTURE: Readonly<Record<string, Check>> = {
  'panels have unique ids': ({ panels }) => repeated(panels.map(({ id }) => String(id))),
  'panels have unique titles': (dashboard) => repeated(panelsOf(dashboard).map(({ title }) => title)),
  'no two panels overlap': ({ panels }) =>
    panels.flatMap(({ title, gridPos: a }, index) =>
      panels
        .slice(index + 1)
        .filter(({ gridPos: b }) => a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h)
        .map((other) => `${title} and ${other.title}`),
    ),
  'panels stay within the grid': ({ panels }) =>
    panels.filter(({ gridPos: { x, w } }) => x < 0 || w < 3 || x + w > 24).map(({ title }) => title),
  'queries of a panel have unique names': (dashboard) =>
    panelsOf(dashboard).flatMap(({ targets = [] }) => repeated(targets.map(({ refId = '' }) => refId))),
  'descriptions are sentences that add to the title': (dashboard) =>
    panelsOf(dashboard)
      .filter(({ description = '' }) => !/\.$/.test(description) || description.length < 60)
      .map(({ title }) => title),
  'every query of series has a legend': (dashboard) =>
    queriesOf(dashboard, 'prometheus')
      .filter(({ target }) => !target.legendFormat)
      .map(({ panel }) => panel.title),
  'every query of traces is TraceQL': (dashboard) =>
    queriesOf(dashboard, 'tempo').flatMap(({ text }) => faults(traceql, filled(text, opened(dashboard)))),
  'every variable is honoured by every query': (dashboard) =>
    queriesOf(dashboard, 'prometheus').flatMap(({ panel, text }) =>
      selectorsOf(filled(text, { ...opened(dashboard), cluster: '$cluster', namespace: '$namespace' }))
        .filter(({ metric, matchers }) =>
          ['cluster=~"$cluster"', 'namespace=~"$namespace"'].some(
            (matcher) => !honours(metric, matchers, matcher),
          ),
        )
        .map(({ metric }) => `${panel.title}: ${metric}`),
    ),
  'variables take their values from existing labels': ({ templating: { list } }) =>
    list
      .map(({ query }) => (typeof query === 'object' ? query.query : ''))
      .filter((query) => {
        const [, metric = '', label = ''] = /^label_values\((\w*).*, (\w+)\)$/.exec(query) ?? [];
        return label && ![...TARGET_LABELS, ...(LABELS.get(metric) ?? [])].includes(label);
      }),
  'stat panels show the current value, or 0 if it has disappeared': (dashboard) =>
    panelsOf(dashboard)
      .filter(({ type }) => type === 'stat' || type === 'bargauge')
      .filter(({ targets = [] }) =>
        targets.some(({ instant, expr = '' }) => !instant && !expr.endsWith(' or vector(0)')),
      )
      .map(({ title }) => title),
  'only what is counted is 0 where nothing was scraped: a missed scrape is no lack of traffic': (dashboard) =>
    panelsOf(dashboard)
      .filter(({ targets = [] }) =>
        targets.some(({ expr = '' }) => expr.endsWith(' or vector(0)') && !expr.startsWith('count(')),
      )
      .map(({ title }) => title),
  // Grafana leaves out the exemplars of a later query for the same metric.
  'exemplars are queried first, and for metrics that have them': (dashboard) =>
    panelsOf(dashboard)
      .filter(({ targets = [] }) =>
        targets.some(({ exemplar, expr = '' }, index) => exemplar && (index > 0 || /\w:\w/.test(expr))),
      )
      .map(({ title }) => title),
  'every metric exists': (dashboard) => metricsOf(dashboard).filter((metric) => !KNOWN.has(metric)),
  'links lead to existing dashboards, and keep the time range and the variables': ({ links }, uids) =>
    links
      .filter(({ url, keepTime, includeVars }) => {
        const keepsPlace = includeVars || /\$\{cluster:queryparam\}&\$\{namespace:queryparam\}/.test(url);
        return !keepTime || !keepsPlace || !uids.includes(/^\/d\/([\w-]+)/.exec(url)?.[1] ?? '');
      })
      .map(({ url }) => url),
  'links pass on the data source and the other existing variables': ({ links, templating: { list } }) =>
    links
      .filter(({ url, includeVars }) => {
        const carried = [...url.matchAll(/\$\{(\w+)/g)].map(([, name]) => name);
        const known = carried.every((carried) => list.some(({ name }) => name === carried));
        return !known || !(includeVars || carried.some((name) => name?.endsWith('datasource')));
      })
      .map(({ url }) => url),
  'links in panels lead to existing dashboards': (dashboard, uids) =>
    [...JSON.stringify(dashboard.panels).matchAll(/"url":"\/d\/([\w-]+)/g)]
      .map(([, uid = '']) => uid)
      .filter((uid) => !uids.includes(uid)),
  'Grafana reads it without migration': ({ schemaVersion }) =>
    schemaVersion === 42 ? [] : [String(schemaVersion)],
  'its uid and title are short enough': ({ uid, title }) =>
    /^[\w-]{1,40}$/.test(uid) && title.length > 0 ? [] : [uid],
  'deployments and alerts are annotated': ({ annotations: { list } }) =>
    ['Deployments', 'Alerts'].filter((wanted) => !list.some(({ name }) => name === wanted)),
  'no default of the builders is left': (dashboard) =>
    JSON.stringify(dashboard).includes('inControlsMenu') ? ['placement'] : [],
};

function repeated(values: readonly string[]): string[] {
  return values.filter((value, index) => values.indexOf(value) !== index);
}
