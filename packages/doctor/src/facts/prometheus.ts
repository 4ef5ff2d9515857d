import type { Context, Fact } from '../context.js';
import { poll } from '../net/poll.js';
import { secondsOf } from './duration.js';
import { instantQuery, prometheusApi, type Series } from './prometheus-api.js';
import { discovered, longestWait, scraped } from './settled.js';

export interface Target {
  readonly scrapeUrl: string;
  readonly health: 'up' | 'down' | 'unknown';
  readonly lastError: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly scrapePool: string;
  readonly scrapeInterval: string;
  readonly scrapeTimeout: string;
  /** Whether another Prometheus scrapes it, and sends its samples here. */
  readonly isSent?: boolean;
}

/** Returns a text that is equal for series of the same target. */
export function keyOf({ job, instance }: Target['labels']): string {
  return JSON.stringify([job, instance]);
}

/** Returns the matchers of all series that are scraped from a target. */
export function matchersOf({ labels: { job = '', instance = '' } }: Target): string {
  return `job=${JSON.stringify(job)}, instance=${JSON.stringify(instance)}`;
}

/** Tells whether a target's job has the name prefix that our rules ask for. */
export function isServer({ labels }: Target): boolean {
  return /^pmcp/.test(labels.job ?? '');
}

export const targets: Fact<readonly Target[]> = async (context) => {
  await context.get(discovered);
  const first = await activeTargets(context);
  // A single scrape that came too late says little: where the next ones are near, they count.
  const intervals = first.filter(isLate).map((target) => secondsOf(target.scrapeInterval));
  const longest = longestWait(context);
  const forSeconds = Math.min(longest, NEXT * Math.max(0, ...intervals.filter((one) => 2 * one <= longest)));
  if (forSeconds === 0) return first;
  const pace = { forMs: forSeconds * 1_000, everyMs: BETWEEN_MS };
  return poll(
    context.signal,
    pace,
    () => activeTargets(context),
    (all) => !all.some(isLate),
  );
};

/** How many more scrapes of a target that was late are seen. */
const NEXT = 10;
const BETWEEN_MS = 500;

async function activeTargets(context: Context): Promise<Target[]> {
  const { activeTargets } = await prometheusApi<{ activeTargets: Target[] }>(context, 'targets?state=active');
  return activeTargets.map((target) => ({ ...UNSAID, ...target }));
}

function isLate({ health, lastError }: Target): boolean {
  return health === 'down' && /deadline exceeded|timeout/i.test(lastError);
}

/**
 * Returns the target with the labels of a series. If there is none, another Prometheus scrapes it and sends its samples
 * here, by `remote_write` or federation.
 */
export function targetOf(labels: Target['labels'], all: readonly Target[]): Target {
  const { job = '', instance = '' } = labels;
  return (
    all.find((target) => keyOf(target.labels) === keyOf(labels)) ?? {
      ...SENT,
      scrapeUrl: `http://${instance}/metrics`,
      labels: { job, instance },
      scrapePool: job,
    }
  );
}

/** Values for a target that another Prometheus scrapes: it scrapes it, and then sends what it has. */
const SENT = {
  health: 'up',
  lastError: '',
  scrapeInterval: '30s',
  scrapeTimeout: '10s',
  isSent: true,
} as const;

/** Values for stores that do not report how often they scrape. */
const UNSAID = { scrapeInterval: '15s', scrapeTimeout: '10s' } as const;

export interface Rule {
  readonly name: string;
  readonly type: 'alerting' | 'recording';
  readonly query: string;
  readonly health: 'ok' | 'err' | 'unknown';
  readonly lastError?: string;
  /** In the year 1 where it never was. */
  readonly lastEvaluation?: string;
  /** Of an alert. */
  readonly state?: 'inactive' | 'pending' | 'firing';
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

/** Reads the groups as they are now. */
export async function groupsNow(context: Context): Promise<readonly RuleGroup[]> {
  return (await prometheusApi<{ groups: RuleGroup[] }>(context, 'rules')).groups;
}

export const ruleGroups: Fact<readonly RuleGroup[]> = (context) => groupsNow(context);

/** The loaded rules about MCP servers, and the Watchdog. */
export const ourRules: Fact<readonly Rule[]> = async (context) =>
  (await context.get(ruleGroups))
    .flatMap(({ rules }) => rules)
    .filter(({ name, query }) => /pmcp/i.test(name) || query.includes('pmcp') || name === 'Watchdog');

/** The query for the median of a gauge, where it has enough samples: one bad moment does not move it. */
export function medianOf(gauge: string, window: string, samples: number): string {
  return `quantile_over_time(0.5, ${gauge}[${window}]) and count_over_time(${gauge}[${window}]) >= ${samples}`;
}

/** Runs an instant query once Prometheus has samples of what it discovers. */
export async function query(context: Context, expression: string): Promise<Series[]> {
  await context.get(scraped);
  return instantQuery(context, expression);
}
