import { CannotRun, NotApplicable } from '../check.js';
import type { Context, Fact } from '../context.js';
import { ask } from '../net/ask.js';
import { beside } from './metrics-page.js';
import { authorities, authorization } from './secrets.js';

/** Asks its HTTP API, and gives the `data` of the answer. */
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

/** What stores that answer the queries of Prometheus, such as VictoriaMetrics, need not have. */
const OWN = /^(status\/|alertmanagers)/;

function dataOf<T>(body: string, path: string, status: number): T {
  let parsed: { readonly data?: T; readonly error?: string };
  try {
    parsed = JSON.parse(body);
  } catch {
    if (OWN.test(path)) throw new NotApplicable(`this store has no api/v1/${path}, which Prometheus has`);
    throw new CannotRun(`expected JSON from api/v1/${path}, got an answer ${status} that is none`);
  }
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

export const targets: Fact<readonly Target[]> = async (context) =>
  (await prometheusApi<{ activeTargets: Target[] }>(context, 'targets?state=active')).activeTargets.map(
    (target) => ({ ...UNSAID, ...target }),
  );

/** For stores that do not say how often they scrape. */
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
  /** Seconds, as is the time that its last run took. */
  readonly interval: number;
  readonly evaluationTime: number;
  readonly rules: readonly Rule[];
}

export const ruleGroups: Fact<readonly RuleGroup[]> = async (context) =>
  (await prometheusApi<{ groups: RuleGroup[] }>(context, 'rules')).groups;

/** The rules about MCP servers. */
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

/** An instant query. */
export async function query(
  context: Context,
  expression: string,
): Promise<{ readonly labels: Readonly<Record<string, string>>; readonly value: number }[]> {
  // VictoriaMetrics would hold back what it got in the last 30 seconds; Prometheus does not look at that.
  const path = `query?query=${encodeURIComponent(expression)}&nocache=1`;
  const { result } = await prometheusApi<Vector>(context, path);
  return result.map(({ metric, value: [, value] }) => ({ labels: metric, value: Number(value) }));
}
