import { CannotRun } from '../check.js';
import type { Context, Fact } from '../context.js';
import { type Answer, ask } from '../net/ask.js';
import { beside } from '../net/beside.js';
import { authorities, authorization } from './secrets.js';

/** Asks Grafana's HTTP API with the given token. */
export function askGrafana(context: Context, path: string): Promise<Answer> {
  return asked(context, path, authorization(context, 'grafana'));
}

/** Asks Grafana's HTTP API without a token. */
export function askAsNobody(context: Context, path: string): Promise<Answer> {
  return asked(context, path, {});
}

function asked(context: Context, path: string, headers: Readonly<Record<string, string>>): Promise<Answer> {
  const { grafana } = context.settings;
  if (!grafana) throw new CannotRun('it needs --grafana');
  return ask(beside(grafana, path), {
    headers: { accept: 'application/json', ...headers },
    ca: authorities(context),
    ...context.limits,
  });
}

/** @throws CannotRun with Grafana's reason, and the right that the token lacks */
export async function grafanaApi<T>(context: Context, path: string): Promise<T> {
  const { status, body } = await askGrafana(context, path);
  if (status === 200) return parsed<T>(body, path);
  throw new CannotRun(refused(path, status, body));
}

/** As `grafanaApi`, but returns undefined if Grafana answers 404. */
export async function grafanaFinds<T>(context: Context, path: string): Promise<T | undefined> {
  const { status, body } = await askGrafana(context, path);
  if (status === 404) return undefined;
  if (status === 200) return parsed<T>(body, path);
  throw new CannotRun(refused(path, status, body));
}

function parsed<T>(body: string, path: string): T {
  try {
    return JSON.parse(body) as T;
  } catch {
    throw new CannotRun(
      `expected JSON from ${plain(path)}, got something else: is --grafana the address of Grafana?`,
    );
  }
}

/** Describes why Grafana rejects a request, with its own message and our advice. */
export function refused(path: string, status: number, body: string): string {
  const said = messageOf(body);
  const advice =
    { 401: '; --token-file grafana=FILE', 403: '; the token needs the role Viewer' }[status] ?? '';
  return `Grafana answers ${status} to GET ${plain(path)}${said && `: ${said}`}${advice}`;
}

function plain(path: string): string {
  return `/${path.split('?')[0]}`;
}

function messageOf(body: string): string {
  try {
    const { message } = JSON.parse(body) as { readonly message?: unknown };
    return typeof message === 'string' ? message.split('\n')[0]! : '';
  } catch {
    return '';
  }
}

export interface DataSource {
  readonly uid: string;
  readonly name: string;
  readonly type: string;
  readonly isDefault: boolean;
  readonly jsonData: DataSourceOptions;
}

/** Options of a data source: its scrape interval, and those that link to other data sources. */
interface DataSourceOptions {
  /** How often Prometheus scrapes. */
  readonly timeInterval?: string;
  readonly exemplarTraceIdDestinations?: readonly {
    readonly name: string;
    readonly datasourceUid?: string;
    readonly url?: string;
  }[];
  /** Set for Loki. */
  readonly derivedFields?: readonly { readonly name: string; readonly datasourceUid?: string }[];
  /** Set for Tempo. */
  readonly tracesToLogsV2?: { readonly datasourceUid?: string };
  readonly tracesToMetrics?: { readonly datasourceUid?: string };
}

interface FrontendSettings {
  readonly namespace?: string;
  readonly buildInfo?: { readonly version?: string };
  readonly datasources?: Readonly<Record<string, Partial<DataSource>>>;
}

/** The settings that every page of Grafana loads. A Viewer may read them, but not the API of data sources. */
export const frontendSettings: Fact<FrontendSettings> = (context) =>
  grafanaApi<FrontendSettings>(context, 'api/frontend/settings');

/** The types of data sources that are built into Grafana. */
const BUILT_IN = ['grafana', 'mixed', 'dashboard', 'datasource'];

export const dataSources: Fact<readonly DataSource[]> = async (context) => {
  const { datasources = {} } = await context.get(frontendSettings);
  return Object.entries(datasources)
    .filter(([, { type = '' }]) => !BUILT_IN.includes(type))
    .map(([key, { uid = '', name = key, type = '', isDefault = false, jsonData }]) => ({
      uid,
      name,
      type,
      isDefault,
      jsonData: jsonData ?? {},
    }));
};
