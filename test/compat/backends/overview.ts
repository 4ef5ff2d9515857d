import { allDashboards } from '../../../dashboards/dashboards.js';
import { filled, opened } from '../../dashboards/fill.js';
import { type Dashboard, queriesOf } from '../../dashboards/model.js';
import { INTERVAL_SECONDS } from './replicated.js';

const overview = allDashboards('classic').find(({ uid }) => uid === 'pmcp-overview') as unknown as Dashboard;

/** Returns the titles and queries of the overview's panels, as Grafana sends them for a span of this length. */
export function overviewQueries(rangeSeconds: number): (readonly [title: string, query: string])[] {
  const fillings = {
    ...opened(overview),
    __rate_interval: `${4 * INTERVAL_SECONDS}s`,
    __interval: `${INTERVAL_SECONDS}s`,
    __range: `${rangeSeconds}s`,
    __range_s: String(rangeSeconds),
  };
  return queriesOf(overview, 'prometheus').map(
    ({ panel, text }) => [panel.title, filled(text, fillings)] as const,
  );
}

/** Whether a critical alert fires depends on the machine. */
const BY_CHANCE = 'What fires, and since when';

/** Returns the titles of the panels that have no series, other than the one that may have none. */
export async function emptyPanels(
  rangeSeconds: number,
  ask: (query: string) => Promise<{ readonly size: number }>,
): Promise<string[]> {
  const answers = overviewQueries(rangeSeconds).map(
    async ([title, query]) => [title, (await ask(query)).size] as const,
  );
  return (await Promise.all(answers))
    .filter(([title, size]) => size === 0 && title !== BY_CHANCE)
    .map(([title]) => title);
}
