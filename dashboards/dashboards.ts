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

/** Returns the titles of optional sections of a dashboard, for which not every user has data. */
export function optionalSections(of: string): ReadonlySet<string> {
  const { sections } = DASHBOARDS.map((define) => define()).find(({ uid }) => uid === of) ?? { sections: [] };
  return new Set(sections.flatMap(({ title = '', isOptional }) => (isOptional ? [title] : [])));
}

/**
 * Builds every dashboard, in the order of menus. They are built anew for each call, since builders share what
 * they build.
 */
export function allDashboards(form: HistogramForm = 'classic'): Dashboard[] {
  return DASHBOARDS.map((define) => dashboard(define(), form));
}
