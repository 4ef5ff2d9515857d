import { push, reasonOf, writeTextfile } from '../proxy/job/publish.js';
import { type Run, runJob } from '../proxy/job/run.js';
import { sizeOfNewest } from '../proxy/job/size.js';
import { endAs } from '../proxy/stdio/child.js';
import { say } from './errors.js';

interface Publishing {
  readonly name: string;
  readonly pushgateway: URL | undefined;
  readonly textfile: string | undefined;
  readonly sizeOf: string | undefined;
}

/** Runs the command, and ends as it did. */
export async function run(
  job: readonly string[],
  { name, pushgateway, textfile, sizeOf }: Publishing,
): Promise<void> {
  const ran = await runJob(job);
  if (ran.startError) say(ran.startError.code, ran.startError.message);
  const run = sizeOf === undefined || ran.ending.code !== 0 ? ran : await measured(ran, sizeOf);
  const published = [
    pushgateway && push(pushgateway, name, run, (text) => say('PMCP_W_JOB_RUNS_UNKNOWN', text)),
    textfile && writeTextfile(textfile, name, run),
  ];
  for (const outcome of await Promise.allSettled(published))
    if (outcome.status === 'rejected')
      say('PMCP_W_JOB_NOT_PUBLISHED', `can't publish: ${reasonOf(outcome.reason)}`);
  endAs(run.ending);
}

async function measured(run: Run, path: string): Promise<Run> {
  try {
    return { ...run, size: await sizeOfNewest(path) };
  } catch (error) {
    say('PMCP_W_JOB_SIZE_UNKNOWN', `can't tell the size of ${path}: ${(error as Error).message}`);
    return run;
  }
}
