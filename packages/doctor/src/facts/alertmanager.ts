import { parse } from 'yaml';
import { CannotRun } from '../check.js';
import type { Context, Fact } from '../context.js';
import type { Labels } from './alert-matchers.js';
import type { Route } from './alert-routes.js';
import type { TimeInterval } from './alertmanager-times.js';
import { askProgram } from './programs.js';

export async function alertmanagerApi<T>(context: Context, path: string): Promise<T> {
  if (!context.settings.alertmanager) throw new CannotRun('it needs --alertmanager');
  const { status, body } = await askProgram(context, 'alertmanager', `api/v2/${path}`);
  if (status === 401 || status === 403)
    throw new CannotRun(`Alertmanager answers ${status}: --token-file alertmanager=FILE`);
  try {
    return JSON.parse(body) as T;
  } catch {
    throw new CannotRun(`expected JSON from api/v2/${path}, got an answer ${status} that is none`);
  }
}

/** A receiver, with a list of destinations for each kind, such as `webhook_configs`. */
export type Receiver = { readonly name: string } & Readonly<Record<string, unknown>>;

export interface AlertmanagerConfig {
  readonly route: Route;
  readonly receivers: readonly Receiver[];
  readonly templates?: readonly string[] | null;
  readonly inhibit_rules?: readonly Inhibition[];
  readonly time_intervals?: readonly TimeInterval[];
  readonly mute_time_intervals?: readonly TimeInterval[];
}

/** What keeps an alert back while another fires. */
export interface Inhibition {
  readonly source_matchers?: readonly string[];
  readonly source_match?: Labels;
  readonly source_match_re?: Labels;
  readonly target_matchers?: readonly string[];
  readonly target_match?: Labels;
  readonly target_match_re?: Labels;
  readonly equal?: readonly string[];
}

export interface Status {
  readonly config: { readonly original: string };
  /** When it started, which no other one did at the same time. */
  readonly uptime?: string;
  readonly cluster?: { readonly name?: string; readonly peers?: readonly { readonly name?: string }[] };
}

export const alertmanagerStatus: Fact<Status> = (context) => alertmanagerApi<Status>(context, 'status');

export const alertmanagerConfig: Fact<AlertmanagerConfig> = async (context) => {
  const { config } = await context.get(alertmanagerStatus);
  return parse(config.original) as AlertmanagerConfig;
};

export interface SilenceMatcher {
  readonly name: string;
  readonly value: string;
  readonly isRegex: boolean;
  readonly isEqual?: boolean;
}

export interface Silence {
  readonly id: string;
  readonly status: { readonly state: 'active' | 'pending' | 'expired' };
  readonly startsAt: string;
  readonly endsAt: string;
  readonly createdBy: string;
  readonly comment?: string;
  readonly matchers: readonly SilenceMatcher[];
}

export const silences: Fact<readonly Silence[]> = async (context) =>
  (await alertmanagerApi<Silence[]>(context, 'silences')).filter(({ status }) => status.state === 'active');

/** Returns the destinations of a receiver, of all kinds. */
export function destinationsOf(receiver: Receiver | undefined): Readonly<Record<string, unknown>>[] {
  return Object.entries(receiver ?? {}).flatMap(([key, value]) =>
    key.endsWith('_configs') && Array.isArray(value) ? (value as Record<string, unknown>[]) : [],
  );
}
