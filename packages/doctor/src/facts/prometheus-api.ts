import { CannotRun, NotApplicable } from '../check.js';
import type { Context, Fact } from '../context.js';
import { askProgram } from './programs.js';

/** Asks the HTTP API of Prometheus, and returns the `data` of the answer. */
export async function prometheusApi<T>(context: Context, path: string): Promise<T> {
  if (!context.settings.prometheus) throw new CannotRun('it needs --prometheus');
  const answer = await askProgram(context, 'prometheus', `api/v1/${path}`);
  if (answer.status === 401 || answer.status === 403)
    throw new CannotRun(`Prometheus answers ${answer.status}: --token-file prometheus=FILE`);
  return dataOf<T>(answer.body, path, answer.status);
}

/** Paths that other stores which answer PromQL, such as VictoriaMetrics, need not have. */
const OWN = /^(status\/|alertmanagers)/;

/** What one says that only sends samples on. */
const AGENT = /unavailable with Prometheus Agent/;

function dataOf<T>(body: string, path: string, status: number): T {
  let parsed: { readonly data?: T; readonly error?: string };
  try {
    parsed = JSON.parse(body);
  } catch {
    if (OWN.test(path)) throw new NotApplicable(`this store has no api/v1/${path}, which Prometheus has`);
    throw new CannotRun(`expected JSON from api/v1/${path}, got an answer ${status} that is none`);
  }
  if (AGENT.test(parsed.error ?? ''))
    throw new CannotRun(
      'this is a Prometheus agent, which answers no queries and runs no rules: name the store that it writes to',
      'PMCP-D109',
    );
  if (parsed.data === undefined) throw new CannotRun(`api/v1/${path}: ${parsed.error ?? `status ${status}`}`);
  return parsed.data;
}

interface Runtime {
  readonly startTime: string;
  readonly lastConfigTime: string;
  readonly reloadConfigSuccess: boolean;
  /** `15d`, `100GiB`, or `15d or 100GiB`. */
  readonly storageRetention: string;
}

export const runtime: Fact<Runtime> = (context) => prometheusApi(context, 'status/runtimeinfo');

export const flags: Fact<Readonly<Record<string, string>>> = (context) =>
  prometheusApi(context, 'status/flags');

interface Vector {
  readonly result: readonly {
    readonly metric: Readonly<Record<string, string>>;
    readonly value: readonly [number, string];
  }[];
}

/** One element of an answer. */
export interface Series {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Runs an instant query at once, even where Prometheus has just started. */
export async function instantQuery(context: Context, expression: string): Promise<Series[]> {
  // Without `nocache`, VictoriaMetrics leaves out the last 30 seconds. Prometheus ignores it.
  const path = `query?query=${encodeURIComponent(expression)}&nocache=1`;
  const { result } = await prometheusApi<Vector>(context, path);
  return result.map(({ metric, value: [, value] }) => ({ labels: metric, value: Number(value) }));
}
