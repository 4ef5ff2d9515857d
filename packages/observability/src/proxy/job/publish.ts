import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type History, historyIn, jobMetrics } from './metrics.js';
import type { Run } from './run.js';

/** A gateway that takes longer must not keep a job's container; half of it is for what it knows already. */
const TIMEOUT_MS = 10_000;
const HISTORY_TIMEOUT_MS = 5_000;

/** The label that every group of a Pushgateway begins with. */
const GROUP = 'pmcp_job';

/** A gateway that answers, but not with what it was asked for. */
class Refusal extends Error {}

/** Asks for a path of a Pushgateway. */
type Ask = (path: string, init: RequestInit) => Promise<Response>;

/**
 * Adds a run to what a Pushgateway knows of the job.
 *
 * @param warn called with what could not be published, when the rest was
 */
export async function push(
  gateway: URL,
  job: string,
  run: Run,
  warn: (message: string) => void,
): Promise<void> {
  const ask = asking(gateway);
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  // Base64, because a name may hold a slash, which would end it.
  const group = `/metrics/job/${GROUP}/job_name@base64/${Buffer.from(job).toString('base64url')}`;
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
 * Replaces what a Pushgateway knows of a group.
 *
 * @param group the value of its label `job`
 */
export async function pushText(gateway: URL, group: string, body: string): Promise<void> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  await asking(gateway)(`/metrics/job/${group}`, { method: 'PUT', body, signal });
}

/** Leaves what an earlier run has published, and this one has not, where the gateway lets us do that. */
async function update(ask: Ask, group: string, init: RequestInit): Promise<void> {
  try {
    await ask(group, { ...init, method: 'POST' });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    await ask(group, { ...init, method: 'PUT' });
  }
}

/** Adds a run to the job's file among those that node_exporter's textfile collector reads. */
export async function writeTextfile(directory: string, job: string, run: Run): Promise<void> {
  const file = join(directory, `pmcp_job_${encodeURIComponent(job)}.prom`);
  const text = jobMetrics(job, run, await historyOf(file, job));
  // In one step, so that the collector never reads half a file; it ignores what does not end in .prom.
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

/** What went wrong, in words; what fetch could not do is in the cause of its error. */
export function reasonOf({ message, cause }: Error): string {
  return cause instanceof Error ? `${message}: ${cause.message}` : message;
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

/** Requests to a gateway; the name and password in its URL go into a header, as fetch wants it, and into no message. */
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
