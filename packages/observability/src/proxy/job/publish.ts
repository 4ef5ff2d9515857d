import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Ask, asking, encoded, Refusal, TIMEOUT_MS } from './gateway.js';
import { type History, historyIn, jobMetrics } from './metrics.js';
import type { Run } from './run.js';

/** Half of the time that a gateway gets. */
const HISTORY_TIMEOUT_MS = TIMEOUT_MS / 2;

/** The value of the label `job`, with which every group of a Pushgateway begins. */
const GROUP = 'pmcp_job';

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
