import type { Finding } from '../../check.js';
import { allComposeServices, type ComposeService } from '../../facts/compose.js';
import { type ConfigurationFile, prometheusFiles } from '../../facts/compose-configurations.js';
import { demandsOf, refusal } from '../../facts/demands.js';
import { filesCheck } from './define.js';

const DEFAULT_PORT = '9090';

export const prometheusHasAccess = filesCheck({
  code: 'PMCP-D407',
  title: 'In Compose, Prometheus sends what the admin port asks for.',
  why: 'Without the token the admin port answers 401, and over HTTP one with TLS answers nothing: the target is there, and always down.',
  cure: 'Add to the job `authorization: { credentials_file: FILE }`, for TLS `scheme: https` with `tls_config: { ca_file: FILE }`.',
  severity: 'fail',
  rights: 'To read the files, and the configuration of Prometheus that they mount.',
  after: ['PMCP-D060', 'PMCP-D405'],
  async run(context) {
    const [files, all] = await Promise.all([context.get(prometheusFiles), context.get(allComposeServices)]);
    return [...new Set(all.map(({ name }) => name))].flatMap((name): Finding[] => {
      const same = all.filter((service) => service.name === name);
      const env = new Map(same.flatMap(({ env: own }) => [...own]));
      const demands = demandsOf(env);
      const port = env.get('PMCP_METRICS_PORT') || DEFAULT_PORT;
      const jobs = files.flatMap((file) => jobsFor(`${name}:${port}`, file));
      if (demands === undefined || !isSure(same)) return [];
      const asked = jobs.map(({ job, file }) => ({
        fault: refusal(demands, `service ${name}`, sentBy(job)),
        job,
        file,
      }));
      // In one of several files about the same services, the job may be as it should be.
      if (asked.some(({ fault }) => fault === undefined)) return [];
      return asked.slice(0, 1).map(({ fault, job, file }) => ({
        found: `job ${job.job_name} ${fault}`,
        where: { file: file.source },
      }));
    });
  },
});

/** Whether no flag or file says what is asked. */
function isSure(same: readonly ComposeService[]): boolean {
  return same.every(
    ({ spec }) => !/--(config|metrics)-/.test([spec.command, spec.entrypoint].flat().join(' ')),
  );
}

interface Job {
  readonly job_name?: string;
  readonly scheme?: string;
  readonly static_configs?: readonly ({ readonly targets?: readonly string[] } | null)[];
  readonly relabel_configs?: readonly { readonly target_label?: string }[];
  readonly tls_config?: Readonly<Record<string, unknown>>;
  readonly [credentials: string]: unknown;
}

function jobsFor(target: string, file: ConfigurationFile): { job: Job; file: ConfigurationFile }[] {
  const { scrape_configs: jobs } = file.content;
  return (Array.isArray(jobs) ? (jobs as readonly Job[]) : [])
    .filter((job) => job?.static_configs?.some((group) => group?.targets?.includes(target)))
    .map((job) => ({ job, file }));
}

function sentBy({ scheme = 'http', relabel_configs = [], tls_config = {}, ...job }: Job) {
  const hasAny = (keys: readonly string[]) => keys.some((key) => job[key] !== undefined);
  return {
    isSecure:
      scheme.toLowerCase() === 'https' ||
      relabel_configs.some(({ target_label }) => target_label === '__scheme__'),
    hasCertificate: ['cert', 'cert_file'].some((key) => tls_config[key] !== undefined),
    hasToken: hasAny(['authorization', 'bearer_token', 'bearer_token_file', 'oauth2']),
    hasPassword: hasAny(['basic_auth']),
  };
}
