import type { Finding } from '../../check.js';
import { type ConfigurationFile, prometheusFiles, targetsIn } from '../../facts/compose-configurations.js';
import { rulesOf } from '../../facts/compose-rule-files.js';
import { composeServices } from '../../facts/compose-servers.js';
import { jobPatterns } from '../../facts/job-patterns.js';
import { expressionsIn } from '../../facts/rules-among.js';
import { filesCheck } from './define.js';

export const composeJobsAreAskedFor = filesCheck({
  code: 'PMCP-D423',
  title: 'In Compose, rules ask for the jobs that scrape servers.',
  why: 'Alerts about targets that are down, memory, descriptors and the event loop find servers by the name of their job. Under another name none of them fires, and one says that there is no server.',
  cure: 'Let `job_name` begin with `pmcp`, or build rules for yours: `selectors.servers` of the options (docs/alerts.md).',
  severity: 'fail',
  rights: 'To read the files, and the configuration and the rules of Prometheus that they mount.',
  after: ['PMCP-D060', 'PMCP-D405', 'PMCP-D406'],
  async run(context) {
    const servers = await context.get(composeServices);
    const names = new Set(servers.map(({ name }) => name));
    return (await context.get(prometheusFiles)).flatMap((file) => strangeJobs(file, names));
  },
});

/** The jobs of servers, none of which the rules ask for. A server may be scraped by several. */
function strangeJobs(file: ConfigurationFile, servers: ReadonlySet<string>): Finding[] {
  const patterns = rulesOf(file).flatMap(expressionsIn).flatMap(jobPatterns);
  if (patterns.length === 0) return [];
  const jobs = jobsIn(file).filter(({ hosts }) => hosts.some((host) => servers.has(host)));
  const strange = jobs.filter(({ name }) => !patterns.some((pattern) => pattern.test(name)));
  const known = new Set(jobs.filter((job) => !strange.includes(job)).flatMap(({ hosts }) => hosts));
  return strange
    .filter(({ hosts }) => hosts.some((host) => servers.has(host) && !known.has(host)))
    .map(({ name, hosts }) => ({
      found: `job ${name} scrapes ${hosts.filter((host) => servers.has(host)).join(' and ')}, and the rules ask for ${patterns[0]!.source.slice(4, -2)}`,
      where: { file: file.source },
    }));
}

interface Job {
  readonly job_name?: unknown;
  readonly metrics_path?: unknown;
  readonly relabel_configs?: readonly ({ readonly target_label?: string } | null)[];
  readonly metric_relabel_configs?: readonly ({ readonly target_label?: string } | null)[];
  readonly static_configs?: readonly ({ readonly labels?: Readonly<Record<string, string>> } | null)[];
}

/** The jobs whose name nothing changes, with the hosts that they ask for metrics. */
function jobsIn(file: ConfigurationFile): { readonly name: string; readonly hosts: string[] }[] {
  const { scrape_configs: all } = file.content;
  return (Array.isArray(all) ? (all as readonly (Job | null)[]) : []).flatMap((job) => {
    const rules = [...(job?.relabel_configs ?? []), ...(job?.metric_relabel_configs ?? [])];
    const isNamed =
      rules.some((rule) => rule?.target_label === 'job') ||
      (job?.static_configs ?? []).some((group) => group?.labels?.job !== undefined);
    const isOfMetrics = (job?.metrics_path ?? '/metrics') === '/metrics';
    if (job === null || isNamed || !isOfMetrics) return [];
    const targets = targetsIn({ ...file, content: { scrape_configs: [job] } });
    return [{ name: String(job.job_name), hosts: targets.map((one) => one.replace(/:\d+$/, '')) }];
  });
}
