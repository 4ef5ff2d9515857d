import { jobCatalog, type Metric } from '../../catalog.js';
import { ScalarFamily } from '../../metrics/family.js';
import { header } from '../../metrics/foreign.js';
import { labelPairs } from '../../metrics/format.js';
import { exitCodeOf, type Run } from './run.js';

const OUTCOMES = ['success', 'failure'] as const;

/** What earlier runs published: how many succeeded and failed, when one last succeeded, and the last size. */
export interface History {
  readonly success: number;
  readonly failure: number;
  readonly lastSuccess: number | undefined;
  readonly lastSize: number | undefined;
}

/** Finds the history of a job in the text that an earlier run published. */
export function historyIn(text: string, job: string): History {
  const lines = text.split('\n');
  const value = ({ name }: Metric, labels: string[], values: string[]) => {
    const pairs = labels.map((label, i) => labelPairs([label], [values[i] ?? '']));
    // A Pushgateway adds its own labels.
    const line = lines.find(
      (each) => each.startsWith(`${name}{`) && pairs.every((pair) => each.includes(pair)),
    );
    return line === undefined ? undefined : Number(line.slice(line.lastIndexOf(' ')));
  };
  const runs = (outcome: string) => value(jobCatalog.runs, ['job_name', 'outcome'], [job, outcome]) ?? 0;
  return {
    success: runs('success'),
    failure: runs('failure'),
    lastSuccess: value(jobCatalog.lastSuccess, ['job_name'], [job]),
    lastSize: value(jobCatalog.lastSize, ['job_name'], [job]),
  };
}

/**
 * Returns the metrics of a job after a run, in the text format.
 *
 * @param before undefined if unknown; metrics that depend on it are then left out
 */
export function jobMetrics(job: string, run: Run, before: History | undefined): string {
  const exitCode = exitCodeOf(run.ending);
  const outcome = exitCode === 0 ? 'success' : 'failure';
  const endedAt = run.startedAt.getTime() / 1_000 + run.seconds;
  const lastSuccess = exitCode === 0 ? endedAt : before?.lastSuccess;
  const lastSize = run.size ?? before?.lastSize;
  return [
    ...(before === undefined ? [] : [runCounts(job, outcome, before)]),
    gauge(jobCatalog.lastRun, job, endedAt),
    gauge(jobCatalog.lastDuration, job, run.seconds),
    gauge(jobCatalog.lastExitCode, job, exitCode),
    ...(lastSuccess === undefined ? [] : [gauge(jobCatalog.lastSuccess, job, lastSuccess)]),
    ...(lastSize === undefined ? [] : [gauge(jobCatalog.lastSize, job, lastSize)]),
  ]
    .map(render)
    .join('');
}

function runCounts(job: string, outcome: (typeof OUTCOMES)[number], before: History): ScalarFamily {
  const family = new ScalarFamily(jobCatalog.runs);
  for (const each of OUTCOMES) family.set(family.slot(job, each), before[each] + (each === outcome ? 1 : 0));
  return family as unknown as ScalarFamily;
}

function gauge(metric: Metric<readonly ['job_name']>, job: string, value: number): ScalarFamily {
  const family = new ScalarFamily(metric);
  family.set(family.slot(job), value);
  return family as unknown as ScalarFamily;
}

function render(family: Pick<ScalarFamily, 'metric' | 'series' | 'render'>): string {
  const { name, type, help } = family.metric;
  return header(name, type, help, 'text') + family.series.map((_, slot) => family.render(slot)).join('');
}
