import type { Dashboard as Drawn } from '../../dashboards/dashboard.js';
import { allDashboards } from '../../dashboards/dashboards.js';
import type { HistogramForm } from '../../prometheus/promql.js';
import { filled, opened } from '../../test/dashboards/fill.js';
import { type Dashboard, queriesOf } from '../../test/dashboards/model.js';

const DAY_SECONDS = 86_400;
/** How many points Grafana requests for a panel of usual width. */
const POINTS = 300;
const REPEATS = 3;

export interface Asked {
  readonly panel: string;
  readonly series: number;
  /** The median. */
  readonly ms: number;
}

/** Measures the time for each query of each panel over a day, for all servers or for one. */
export async function askPanels(
  base: string,
  servers: 'all' | 'one',
  form: HistogramForm,
  progress: (text: string) => void,
): Promise<Asked[]> {
  const rows: Asked[] = [];
  for (const dashboard of allDashboards(form).map(stored)) {
    progress(`panels, ${servers} chosen: ${dashboard.title}`);
    const chosen = servers === 'one' ? { namespace: 'ns-0', instance: 'server-0' } : {};
    const values = { ...opened(dashboard), __rate_interval: '5m', ...chosen };
    for (const { panel, target, text } of queriesOf(dashboard, 'prometheus')) {
      const asked = await repeated(() => ask(base, filled(text, values), target.instant ?? false));
      if (asked.series > 0) rows.push({ panel: `${dashboard.title}: ${panel.title}`, ...asked });
    }
  }
  return rows.sort((a, b) => b.ms - a.ms);
}

function stored(dashboard: Drawn): Dashboard {
  return JSON.parse(JSON.stringify(dashboard)) as Dashboard;
}

async function repeated(once: () => Promise<Omit<Asked, 'panel'>>): Promise<Omit<Asked, 'panel'>> {
  const runs: Omit<Asked, 'panel'>[] = [];
  for (let run = 0; run < REPEATS; run++) runs.push(await once());
  return runs.sort((a, b) => a.ms - b.ms)[Math.floor(REPEATS / 2)] as Omit<Asked, 'panel'>;
}

async function ask(base: string, query: string, instant: boolean): Promise<Omit<Asked, 'panel'>> {
  const step = Math.floor(DAY_SECONDS / POINTS);
  const end = Math.floor(Date.now() / 1_000 / step) * step;
  const range = { start: `${end - DAY_SECONDS}`, end: `${end}`, step: `${step}` };
  const body = new URLSearchParams(instant ? { query, time: `${end}` } : { query, ...range });
  const began = performance.now();
  const response = await fetch(`${base}/api/v1/${instant ? 'query' : 'query_range'}`, {
    method: 'POST',
    body,
  });
  const answer = (await response.json()) as { data?: { result: unknown[] }; error?: string };
  if (!answer.data) throw new Error(`${query}: ${answer.error}`);
  return { ms: performance.now() - began, series: answer.data.result.length };
}
