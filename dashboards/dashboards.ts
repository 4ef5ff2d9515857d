import type { HistogramForm } from '../prometheus/promql.js';
import { connections } from './connections.js';
import { type Dashboard, dashboard } from './dashboard.js';
import { dependencies } from './dependencies.js';
import { kubernetes } from './kubernetes.js';
import { logsTraces } from './logs-traces.js';
import { nodejs } from './nodejs.js';
import { overview } from './overview.js';
import { slos } from './slos.js';
import { tools } from './tools.js';
import { watchers } from './watchers.js';

const DASHBOARDS = [
  overview,
  tools,
  connections,
  slos,
  nodejs,
  logsTraces,
  kubernetes,
  dependencies,
  watchers,
];

/** The titles of the sections of a dashboard that not everybody has something for. */
export function optionalSections(of: string): ReadonlySet<string> {
  const { sections } = DASHBOARDS.map((define) => define()).find(({ uid }) => uid === of) ?? { sections: [] };
  return new Set(sections.flatMap(({ title = '', isOptional }) => (isOptional ? [title] : [])));
}

/** Every dashboard, in the order of menus. Made anew, for builders share what they build. */
export function allDashboards(form: HistogramForm = 'classic'): Dashboard[] {
  return DASHBOARDS.map((define) => dashboard(define(), form));
}
