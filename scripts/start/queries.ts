import { catalog } from '@pmcp/observability/catalog';
import type { Prometheus, Sample } from './prometheus.js';

/** Long enough for a rate to be calm, short enough to see a wave. */
const WINDOW = '20s';

const requests = catalog.requests.name;
const buckets = `${catalog.requestDuration.name}_bucket`;
const tools = 'method="tools/call"';
const quantile = (q: number, by: string, selector = '') =>
  `histogram_quantile(${q}, sum by (${by}) (rate(${buckets}{${selector}}[${WINDOW}])))`;

/** What an operator asks first. */
const QUERIES = {
  rate: `sum(rate(${requests}[${WINDOW}]))`,
  outcomes: `sum by (outcome) (rate(${requests}[${WINDOW}]))`,
  p50: quantile(0.5, 'le'),
  p95: quantile(0.95, 'le'),
  p99: quantile(0.99, 'le'),
  inFlight: `sum(${catalog.requestsInFlight.name})`,
  connections: `sum by (transport) (${catalog.activeConnections.name})`,
  toolRate: `sum by (name) (rate(${requests}{${tools}}[${WINDOW}]))`,
  toolErrors: `sum by (name) (rate(${requests}{${tools}, outcome!="ok"}[${WINDOW}]))`,
  toolP95: quantile(0.95, 'le, name', tools),
} as const;

export const TOTALS_BY_OUTCOME = `sum by (outcome) (${requests})`;

export interface ToolFigures {
  readonly name: string;
  readonly rate: number;
  /** Share of calls that did not end ok, 0 to 1. */
  readonly errors: number;
  readonly p95: number;
}

/** Rates per second, durations in seconds. */
export interface Figures {
  readonly rate: number;
  readonly outcomes: ReadonlyMap<string, number>;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly inFlight: number;
  readonly connections: ReadonlyMap<string, number>;
  /** The busiest first. */
  readonly tools: readonly ToolFigures[];
}

/** Asks Prometheus for everything; undefined as long as it has no rate to tell. */
export async function askFigures(prometheus: Prometheus): Promise<Figures | undefined> {
  const names = Object.keys(QUERIES) as (keyof typeof QUERIES)[];
  const now = Date.now() / 1000;
  const results = await Promise.all(names.map((name) => prometheus.query(QUERIES[name], now)));
  const answers = Object.fromEntries(names.map((name, i) => [name, results[i] ?? []]));
  const samples = answers as Record<keyof typeof QUERIES, Sample[]>;
  const number = (name: keyof typeof QUERIES) => samples[name][0]?.value ?? Number.NaN;
  if (!(number('rate') >= 0)) return undefined;
  return {
    rate: number('rate'),
    outcomes: by('outcome', samples.outcomes),
    p50: number('p50'),
    p95: number('p95'),
    p99: number('p99'),
    inFlight: number('inFlight'),
    connections: by('transport', samples.connections),
    tools: toolFigures(samples.toolRate, by('name', samples.toolErrors), by('name', samples.toolP95)),
  };
}

function toolFigures(
  rates: readonly Sample[],
  errors: ReadonlyMap<string, number>,
  p95: ReadonlyMap<string, number>,
): ToolFigures[] {
  return rates
    .map(({ labels: { name = '' }, value: rate }) => {
      return {
        name,
        rate,
        errors: rate > 0 ? (errors.get(name) ?? 0) / rate : 0,
        p95: p95.get(name) ?? Number.NaN,
      };
    })
    .sort((a, b) => b.rate - a.rate || a.name.localeCompare(b.name));
}

function by(label: string, samples: readonly Sample[]): Map<string, number> {
  return new Map(samples.map(({ labels, value }) => [labels[label] ?? '', value]));
}
