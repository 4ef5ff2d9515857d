import { filled, opened } from '../../dashboards/fill.js';
import type { Dashboard, Target, Variable } from '../../dashboards/model.js';

/** The values that Grafana would use for a scrape interval of one second and a range of one minute. */
const SHORT = { __rate_interval: '5s', __interval: '1s', __range: '1m', __range_s: '60' };
const RANGE_SECONDS = 60;

interface Answer {
  readonly status: string;
  readonly error?: string;
  readonly data?: { readonly result: readonly Series[] };
}

interface Series {
  readonly value?: [number, string];
  readonly values?: [number, string][];
  /** Native histograms, which only heatmaps draw. */
  readonly histograms?: [number, { readonly count: string }][];
}

/** Describes what is wrong with the result of a panel's query: an error, or no number. Returns undefined if it has data. */
export async function fault(
  prometheus: string,
  dashboard: Dashboard,
  target: Target,
): Promise<string | undefined> {
  const query = filled(target.expr ?? '', { ...opened(dashboard), ...SHORT });
  const { status, error, data } = await ask(prometheus, query, target.instant === true);
  if (status !== 'success') return `${error}: ${query}`;
  const numbers = (data?.result ?? []).flatMap(({ value, values = [], histograms = [] }) =>
    value ? [value] : [...values, ...histograms.map(([time, { count }]) => [time, count] as const)],
  );
  // Such a query returns 0 where there is no series.
  const isData = query.endsWith(' or vector(0)') ? (number: number) => number > 0 : Number.isFinite;
  return numbers.some(([, text]) => isData(Number(text))) ? undefined : `no data: ${query}`;
}

/** Returns the values that a variable offers which queries Prometheus. */
export async function valuesOf(
  prometheus: string,
  dashboard: Dashboard,
  { query }: Variable,
): Promise<readonly string[]> {
  const text = typeof query === 'object' ? query.query : '';
  const [, selector = '', label = ''] = /^label_values\((.+), (\w+)\)$/.exec(text) ?? [];
  const parameters = new URLSearchParams({ 'match[]': filled(selector, opened(dashboard)) });
  const response = await fetch(`${prometheus}/api/v1/label/${label}/values?${parameters}`);
  return ((await response.json()) as { data: string[] }).data;
}

async function ask(prometheus: string, query: string, instant: boolean): Promise<Answer> {
  const end = Date.now() / 1000;
  const range = { start: String(end - RANGE_SECONDS), end: String(end), step: '1' };
  const parameters = new URLSearchParams({ query, ...(instant ? { time: String(end) } : range) });
  const path = instant ? 'query' : 'query_range';
  const response = await fetch(`${prometheus}/api/v1/${path}`, { method: 'POST', body: parameters });
  return (await response.json()) as Answer;
}
