import type { Context, Fact } from '../context.js';
import { query } from './prometheus.js';
import type { Series } from './prometheus-api.js';

/** Sources whose own job and instance are in other labels, by the job that takes them over. */
type Renamed = ReadonlyMap<string, readonly Series['labels'][]>;

/** Servers that another Prometheus scrapes. A federation may take only some of their metrics. */
export const renamedServers: Fact<Renamed> = (context) =>
  renamed(context, 'pmcp_(active_connections|build_info|ready|requests_total)');

/** Jobs and doctors that push their results. */
export const renamedPushes: Fact<Renamed> = (context) =>
  renamed(context, 'pmcp_(job_last_.*|doctor_(check|last_run.*))');

async function renamed(context: Context, names: string): Promise<Renamed> {
  const sources = 'job, instance, exported_job, exported_instance';
  const found = await query(context, `count by (${sources}) ({__name__=~"${names}", exported_job!=""})`);
  const byJob = new Map<string, Series['labels'][]>();
  for (const { labels } of found.filter((one) => isRenamed(one.labels)))
    byJob.set(labels.job ?? '', [...(byJob.get(labels.job ?? '') ?? []), labels]);
  return byJob;
}

/** Relabeling may have put them back, and left the others there. What is pushed may have no instance. */
function isRenamed({ job, instance, exported_job, exported_instance }: Series['labels']) {
  return exported_instance ? exported_instance !== instance : exported_job !== job;
}
