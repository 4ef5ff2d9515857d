import { didYouMean } from '@pmcp/observability/internal';
import type { Finding } from '../../check.js';
import type { Context } from '../../context.js';
import { allComposeServices, type ComposeService } from '../../facts/compose.js';
import { type ConfigurationFile, prometheusFiles } from '../../facts/compose-configurations.js';
import { namesKnownTo } from '../../facts/compose-names.js';
import { ALERTMANAGER, programOf } from '../../facts/compose-programs.js';
import { composeServices } from '../../facts/compose-servers.js';
import { isLoopback } from '../../facts/loopback.js';
import { filesCheck } from './define.js';

const COMMON = {
  severity: 'fail',
  rights: 'To read the files, and the configuration of Prometheus that they mount.',
  after: ['PMCP-D060', 'PMCP-D405'],
} as const;

export const composeTargetsExist = filesCheck({
  ...COMMON,
  code: 'PMCP-D419',
  title: 'In Compose, the targets of Prometheus are services, at their ports.',
  why: 'In a container `localhost` is that container: Prometheus scrapes itself, and the target is up without a sample of the server. A name that no service has is `no such host`.',
  cure: 'Name the service and the port inside of its container, as in `targets: ["SERVICE:9090"]`: for a server that of `PMCP_METRICS_PORT`.',
  run: async (context) =>
    (await Promise.all((await context.get(prometheusFiles)).map((file) => faultsOf(file, context)))).flat(),
});

export const composeAlertsAreSent = filesCheck({
  ...COMMON,
  code: 'PMCP-D420',
  title: 'In Compose, Prometheus sends its alerts to the Alertmanager that is there.',
  why: 'Alerts fire, and nobody hears of them.',
  cure: 'Add to the configuration of Prometheus `alerting: { alertmanagers: [{ static_configs: [{ targets: ["SERVICE:9093"] }] }] }`.',
  async run(context) {
    const all = await context.get(allComposeServices);
    const alertmanager = all.find((service) => programOf(service) === ALERTMANAGER);
    if (alertmanager === undefined) return [];
    return (await context.get(prometheusFiles))
      .filter(({ content }) => list(content.rule_files).length > 0 && content.alerting === undefined)
      .map(({ service, source }) => ({
        found: `service ${service.name} has rules and no \`alerting\`, so that service ${alertmanager.name} gets no alerts`,
        where: { file: source },
      }));
  },
});

interface Group {
  readonly job_name?: unknown;
  readonly proxy_url?: unknown;
  readonly relabel_configs?: readonly ({ readonly target_label?: string } | null)[];
  readonly static_configs?: readonly ({ readonly targets?: readonly unknown[] } | null)[];
}

interface Aim {
  /** A job, or where alerts go to. */
  readonly who: string;
  readonly host: string;
  readonly port: string;
}

async function faultsOf(file: ConfigurationFile, context: Context): Promise<Finding[]> {
  const { service, source } = file;
  const names = await namesKnownTo(service, context);
  const servers = await context.get(composeServices);
  return aimsOf(file).flatMap((aim) => {
    const fault = faultOf(aim, file, names) ?? wrongPort(aim, servers);
    return fault === undefined
      ? []
      : [{ found: `${aim.who} names ${aim.host}:${aim.port}, ${fault}`, where: { file: source } }];
  });
}

/** All that a configuration names itself, without what discovery, relabelling or a proxy decides. */
function aimsOf({ content }: ConfigurationFile): Aim[] {
  const { alertmanagers } = (content.alerting ?? {}) as { readonly alertmanagers?: unknown };
  return [
    ...list(content.scrape_configs).flatMap((job) => targetsOf(job, `job ${job.job_name}`)),
    ...list(alertmanagers).flatMap((group) => targetsOf(group, '`alerting`')),
  ];
}

function list(value: unknown): readonly Group[] {
  return Array.isArray(value) ? value.filter((one) => one !== null) : [];
}

function targetsOf({ proxy_url, relabel_configs, static_configs }: Group, who: string): Aim[] {
  const isMoved = (relabel_configs ?? []).some((rule) => rule?.target_label === '__address__');
  if (proxy_url !== undefined || isMoved) return [];
  return (static_configs ?? [])
    .flatMap((one) => one?.targets ?? [])
    .flatMap((target) => {
      const [, host, port] = /^([\w.-]+|\[[\w:]+\]):(\d+)$/.exec(String(target)) ?? [];
      return host === undefined || port === undefined ? [] : [{ who, host, port }];
    });
}

const LISTENS = /--web\.listen-address[= ]\S*:(\d+)/;

function faultOf(
  { who, host, port }: Aim,
  { service: { name, spec } }: ConfigurationFile,
  names: ReadonlySet<string> | undefined,
): string | undefined {
  if (isLoopback(host)) {
    if (spec.network_mode !== undefined) return undefined;
    const own = LISTENS.exec([spec.command].flat().join(' '))?.[1] ?? '9090';
    if (port !== own) return `and in the container of service ${name} nobody listens there`;
    return who.startsWith('job pmcp')
      ? `which is Prometheus itself in the container of service ${name}`
      : undefined;
  }
  if (names === undefined || names.has(host) || !/^[a-z][\w-]*$/i.test(host)) return undefined;
  return `and no service has this name${didYouMean(host, [...names])}`;
}

function wrongPort({ who, host, port }: Aim, servers: readonly ComposeService[]): string | undefined {
  const ports = servers.flatMap(({ name, env }) =>
    name === host ? (env.get('PMCP_METRICS_PORT') ?? []) : [],
  );
  const isKnown = ports.every((own) => /^\d+$/.test(own));
  if (!who.startsWith('job pmcp') || !isKnown || ports.length === 0 || ports.includes(port)) return undefined;
  return `and PMCP_METRICS_PORT of this service is ${ports[0]}`;
}
