import { catalog } from '@pmcp/observability/catalog';
import type { Sample } from './prometheus.js';

/** How a request can end, in the order in which an operator wants to read it. */
export const OUTCOMES = ['ok', 'tool_error', 'client_error', 'server_error', 'cancelled'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** Turns the name of a counter into the query for a period. */
type Over = (counter: string) => string;

/** Long enough for a stable rate, short enough to show a wave. */
const WINDOW_S = 20;

/**
 * The recent rate per second. `rate` ignores what a counter counted before its first scrape. So until the
 * scrapes fill a whole window, this is the average since the load began, when every counter was 0.
 */
export function recently(secondsOfScrapes: number, secondsOfLoad: number): Over {
  if (secondsOfScrapes > WINDOW_S) return (counter) => `rate(${counter}[${WINDOW_S}s])`;
  return (counter) => `${counter} / ${secondsOfLoad.toFixed(1)}`;
}

/** The total of the run. The server starts with the run, so its counters began at 0. */
export const inAll: Over = (counter) => counter;

const requests = catalog.requests.name;
const buckets = `${catalog.requestDuration.name}_bucket`;
const ofTools = 'method="tools/call"';

/** The queries that an operator needs first. */
function queries(over: Over) {
  const quantile = (q: number) => `histogram_quantile(${q}, sum by (le) (${over(buckets)}))`;
  return {
    requests: `sum(${over(requests)})`,
    outcomes: `sum by (outcome) (${over(requests)})`,
    p50: quantile(0.5),
    p95: quantile(0.95),
    p99: quantile(0.99),
    inFlight: `sum(${catalog.requestsInFlight.name})`,
    connections: `sum by (transport) (${catalog.activeConnections.name})`,
    toolCalls: `sum by (name) (${over(`${requests}{${ofTools}}`)})`,
    toolFailures: `sum by (name) (${over(`${requests}{${ofTools}, outcome!="ok"}`)})`,
    toolP95: `histogram_quantile(0.95, sum by (le, name) (${over(`${buckets}{${ofTools}}`)}))`,
  };
}

interface ToolFigures {
  readonly name: string;
  readonly calls: number;
  /** Share of the calls that did not end `ok`, 0 to 1. */
  readonly failed: number;
  readonly p95: number;
}

/** Requests and calls, per second or in total, depending on the query. Durations are in seconds. */
export interface Figures {
  readonly requests: number;
  readonly outcomes: ReadonlyMap<string, number>;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly inFlight: number;
  readonly connections: ReadonlyMap<string, number>;
  /** The busiest first. */
  readonly tools: readonly ToolFigures[];
}

interface Source {
  query(query: string, time: number): Promise<Sample[]>;
}

/** Queries all figures for the same moment. Undefined if Prometheus has no requests yet. */
export async function askFigures(prometheus: Source, over: Over): Promise<Figures | undefined> {
  const now = Date.now() / 1000;
  const asked = Object.entries(queries(over)).map(async ([name, query]) => {
    return [name, await prometheus.query(query, now)] as const;
  });
  const answers = Object.fromEntries(await Promise.all(asked)) as Answers;
  const number = (name: keyof Answers) => answers[name][0]?.value ?? Number.NaN;
  if (answers.requests.length === 0) return undefined;
  return {
    requests: number('requests'),
    outcomes: by('outcome', answers.outcomes),
    p50: number('p50'),
    p95: number('p95'),
    p99: number('p99'),
    inFlight: number('inFlight'),
    connections: by('transport', answers.connections),
    tools: toolFigures(answers),
  };
}

type Answers = Record<keyof ReturnType<typeof queries>, Sample[]>;

function toolFigures({ toolCalls, toolFailures, toolP95 }: Answers): ToolFigures[] {
  const failures = by('name', toolFailures);
  const p95 = by('name', toolP95);
  return [...by('name', toolCalls)]
    .map(([name, calls]) => ({
      name,
      calls,
      failed: calls > 0 ? (failures.get(name) ?? 0) / calls : 0,
      p95: p95.get(name) ?? Number.NaN,
    }))
    .sort((a, b) => b.calls - a.calls || a.name.localeCompare(b.name));
}

function by(label: string, samples: readonly Sample[]): Map<string, number> {
  return new Map(samples.map(({ labels, value }) => [labels[label] ?? '', value]));
}
