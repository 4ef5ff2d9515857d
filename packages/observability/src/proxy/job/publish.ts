import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type History, historyIn, jobMetrics } from './metrics.js';
import type { Run } from './run.js';

/** A slow gateway must not keep a job's container running. Half of the time is for reading the history. */
const TIMEOUT_MS = 10_000;
const HISTORY_TIMEOUT_MS = 5_000;

/** The value of the label `job`, with which every group of a Pushgateway begins. */
const GROUP = 'pmcp_job';

/** The gateway answered with an error status. */
class Refusal extends Error {}

/** Sends a request to a path of a Pushgateway. */
type Ask = (path: string, init: RequestInit) => Promise<Response>;

/**
 * Adds a run to the metrics of the job on a Pushgateway.
 *
 * @param warn called with what could not be published, if the rest was published
 */
export async function push(
  gateway: URL,
  job: string,
  run: Run,
  warn: (message: string) => void,
): Promise<void> {
  const ask = asking(gateway);
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const group = `/metrics/job/${GROUP}/job_name${encoded(job)}`;
  const known = await ask('/metrics', { signal: AbortSignal.timeout(HISTORY_TIMEOUT_MS) })
    .then((response) => response.text())
    .catch(toError);
  if (typeof known === 'string') {
    await ask(group, { method: 'PUT', body: jobMetrics(job, run, historyIn(known, job)), signal });
    return;
  }
  await update(ask, group, { body: jobMetrics(job, run, undefined), signal });
  warn(`can't count the run, for earlier ones are unknown: ${reasonOf(known)}`);
}

/**
 * Replaces the metrics of a group on a Pushgateway.
 *
 * @param job the value of its label `job`
 * @param instance the value of its label `instance`, which tells groups of one job apart
 */
export async function pushText(gateway: URL, job: string, instance: string, body: string): Promise<void> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  await asking(gateway)(`/metrics/job/${job}/instance${encoded(instance)}`, { method: 'PUT', body, signal });
}

/** Base64, because a value may contain a slash, which would end it. */
function encoded(value: string): string {
  return `@base64/${Buffer.from(value).toString('base64url')}`;
}

/** Keeps metrics that an earlier run published and this one did not, if the gateway allows POST. */
async function update(ask: Ask, group: string, init: RequestInit): Promise<void> {
  try {
    await ask(group, { ...init, method: 'POST' });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    await ask(group, { ...init, method: 'PUT' });
  }
}

/** Adds a run to the job's file in the folder that node_exporter's textfile collector reads. */
export async function writeTextfile(directory: string, job: string, run: Run): Promise<void> {
  const file = join(directory, `pmcp_job_${encodeURIComponent(job)}.prom`);
  const text = jobMetrics(job, run, await historyOf(file, job));
  // Renamed when complete: the collector ignores other names than *.prom, and so never reads half a file.
  const unfinished = `${file}.${process.pid}`;
  await writeFile(unfinished, text);
  await rename(unfinished, file);
}

async function historyOf(file: string, job: string): Promise<History> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  return historyIn(text, job);
}

/** Returns the reason for an error. For errors of fetch, it is in their cause. */
export function reasonOf({ message, cause }: Error): string {
  return cause instanceof Error ? `${message}: ${cause.message}` : message;
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

/**
 * Returns a function that sends requests to a gateway. It moves the name and password from the URL to a
 * header, as fetch requires. So error messages do not contain them.
 */
function asking(gateway: URL): Ask {
  const { origin, pathname, search, username, password } = gateway;
  const base = origin + pathname.replace(/\/$/, '');
  const credentials = `${decoded(username)}:${decoded(password)}`;
  const authorization = `Basic ${Buffer.from(credentials).toString('base64')}`;
  const headers: Record<string, string> = username || password ? { authorization } : {};
  return async (path, init) => {
    const response = await fetch(base + path + search, { ...init, headers });
    if (response.ok) return response;
    const said = (await response.text()).slice(0, 200);
    throw new Refusal(`${init.method ?? 'GET'} ${base}${path} gave ${response.status}: ${said}`);
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
