import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type History, historyIn, jobMetrics } from './metrics.js';
import type { Run } from './run.js';

/** A gateway that takes longer must not keep a job's container. */
const TIMEOUT_MS = 10_000;

/** The label that every group of a Pushgateway begins with. */
const GROUP = 'pmcp_job';

/** Adds a run to what a Pushgateway knows of the job. */
export async function push(gateway: URL, job: string, run: Run): Promise<void> {
  const base = gateway.href.replace(/\/$/, '');
  const known = await request(`${base}/metrics`);
  const text = jobMetrics(job, run, historyIn(known, job));
  // Base64, because a name may hold a slash, which would end it.
  const name = Buffer.from(job).toString('base64url');
  await request(`${base}/metrics/job/${GROUP}/job_name@base64/${name}`, { method: 'PUT', body: text });
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

async function request(url: string, init: RequestInit = {}): Promise<string> {
  const response = await fetch(url, { ...init, signal: AbortSignal.timeout(TIMEOUT_MS) });
  const text = await response.text();
  if (!response.ok)
    throw new Error(`${init.method ?? 'GET'} ${url} gave ${response.status}: ${text.slice(0, 200)}`);
  return text;
}
