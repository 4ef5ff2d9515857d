import type { Finding } from '../../check.js';
import { jobPatterns } from '../../facts/job-patterns.js';
import { withoutPatches } from '../../facts/kustomization.js';
import { type Manifest, manifests } from '../../facts/manifests.js';
import { rulesAmong } from '../../facts/rules-among.js';
import { scrapedJobs } from '../../facts/scraped-jobs.js';
import { workloadsIn } from '../../facts/workloads.js';
import { filesCheck, left } from './define.js';

export const monitorsGiveJobs = filesCheck({
  code: 'PMCP-D416',
  title: 'The monitors and jobs of the manifests scrape servers in a job that the rules ask for.',
  why: 'The operator calls the job NAMESPACE/NAME of a PodMonitor, and like the Service of a ServiceMonitor; in a `prometheus.yml` it is `job_name`. Rules that ask for another one see no target, no memory and no event loop of these servers, and never fire.',
  cure: 'Add `relabelings: [{ targetLabel: job, replacement: pmcp }]` to the endpoint, in a `prometheus.yml` let `job_name` begin with `pmcp`, or build rules for your jobs: `selectors.servers` of the options (docs/alerts.md).',
  severity: 'fail',
  after: ['PMCP-D060', 'PMCP-D400', 'PMCP-D401'],
  async run(context) {
    const { all } = await context.get(manifests);
    const servers = workloadsIn(withoutPatches(all));
    return servers.flatMap(({ manifest }) =>
      left(manifest, all, (one, made) => workloadsIn([one]).flatMap((server) => strange(server, made))),
    );
  },
});

/** The jobs of a server, of which the rules ask for none. */
function strange(server: Parameters<typeof scrapedJobs>[0], all: readonly Manifest[]): Finding[] {
  const objects = withoutPatches(all);
  const patterns = rulesAmong(objects).flatMap(jobPatterns);
  const jobs = scrapedJobs(server, objects);
  const isAskedFor = (job: string | undefined) =>
    job === undefined || patterns.some((pattern) => pattern.test(job));
  if (patterns.length === 0 || jobs.some(({ job }) => isAskedFor(job))) return [];
  return jobs.slice(0, 1).map(({ monitor, job }) => ({
    found: `${monitor.kind} ${monitor.name} has ${server.title} scraped in the job ${job}, and the rules ask for ${patterns[0]!.source.slice(4, -2)}`,
    where: monitor.at([monitor.kind === 'ConfigMap' ? 'data' : 'spec']),
  }));
}
