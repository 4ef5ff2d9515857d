import { CannotRun, NotApplicable } from '../check.js';
import type { Context, Fact } from '../context.js';
import { ask } from '../net/ask.js';
import { beside } from './metrics-page.js';
import { authorities, authorization } from './secrets.js';

/** Asks the HTTP API of Prometheus, and returns the `data` of the answer. */
export async function prometheusApi<T>(context: Context, path: string): Promise<T> {
  const { prometheus } = context.settings;
  if (!prometheus) throw new CannotRun('it needs --prometheus');
  const answer = await ask(beside(prometheus, `api/v1/${path}`), {
    headers: authorization(context, 'prometheus'),
    ca: authorities(context),
    signal: context.signal,
  });
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

export interface Target {
  readonly scrapeUrl: string;
  readonly health: 'up' | 'down' | 'unknown';
  readonly lastError: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly scrapePool: string;
  readonly scrapeInterval: string;
  readonly scrapeTimeout: string;
}

/** Returns a text that is equal for series of the same target. */
export function keyOf({ job, instance }: Target['labels']): string {
  return JSON.stringify([job, instance]);
}

/** Returns the matchers of all series that are scraped from a target. */
export function matchersOf({ labels: { job = '', instance = '' } }: Target): string {
  return `job=${JSON.stringify(job)}, instance=${JSON.stringify(instance)}`;
}

export const targets: Fact<readonly Target[]> = async (context) =>
  (await prometheusApi<{ activeTargets: Target[] }>(context, 'targets?state=active')).activeTargets.map(
    (target) => ({ ...UNSAID, ...target }),
  );

/** Values for stores that do not report how often they scrape. */
const UNSAID = { scrapeInterval: '15s', scrapeTimeout: '10s' } as const;

export interface Rule {
  readonly name: string;
  readonly type: 'alerting' | 'recording';
  readonly query: string;
  readonly health: 'ok' | 'err' | 'unknown';
  readonly lastError?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface RuleGroup {
  readonly name: string;
  readonly file: string;
  /** Seconds between two evaluations. `evaluationTime` is the seconds that the last one took. */
  readonly interval: number;
  readonly evaluationTime: number;
  readonly rules: readonly Rule[];
}

export const ruleGroups: Fact<readonly RuleGroup[]> = async (context) =>
  (await prometheusApi<{ groups: RuleGroup[] }>(context, 'rules')).groups;

/** The loaded rules about MCP servers, and the Watchdog. */
export const ourRules: Fact<readonly Rule[]> = async (context) =>
  (await context.get(ruleGroups))
    .flatMap(({ rules }) => rules)
    .filter(({ name, query }) => /pmcp/i.test(name) || query.includes('pmcp') || name === 'Watchdog');

interface Vector {
  readonly result: readonly {
    readonly metric: Readonly<Record<string, string>>;
    readonly value: readonly [number, string];
  }[];
}

/** Runs an instant query. */
export async function query(
  context: Context,
  expression: string,
): Promise<{ readonly labels: Readonly<Record<string, string>>; readonly value: number }[]> {
  // Without `nocache`, VictoriaMetrics leaves out the last 30 seconds. Prometheus ignores it.
  const path = `query?query=${encodeURIComponent(expression)}&nocache=1`;
  const { result } = await prometheusApi<Vector>(context, path);
  return result.map(({ metric, value: [, value] }) => ({ labels: metric, value: Number(value) }));
}
