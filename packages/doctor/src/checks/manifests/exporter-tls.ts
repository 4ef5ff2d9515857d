import type { Finding } from '../../check.js';
import { allComposeServices, type ComposeService } from '../../facts/compose.js';
import { readyImage } from '../../facts/compose-images.js';
import { hostOfDataSource } from '../../facts/data-source.js';
import { parsedImage } from '../../facts/image-name.js';
import { isLoopback } from '../../facts/loopback.js';
import { listAt, type Manifest } from '../../facts/manifests.js';
import { OFFICIAL_POSTGRES } from '../../facts/postgres-images.js';
import { behindName, type PostgresContainer } from '../../facts/postgres-servers.js';
import { podPathOf } from '../../facts/workloads.js';
import { filesCheck, objectCheck } from './define.js';

const EXPORTER = {
  why: '`postgres_exporter` asks for TLS unless told otherwise, and the image of PostgreSQL has none: `pq: SSL is not enabled on the server`. Its page is there, with `pg_up` 0.',
  cure: 'End its address with `?sslmode=disable`, or give the server a certificate and `-c ssl=on`.',
  severity: 'fail',
} as const;

export const exportersReachPostgres = objectCheck(
  {
    ...EXPORTER,
    code: 'PMCP-D450',
    title: '`postgres_exporter` asks for TLS only where its server has it.',
  },
  ['Deployment', 'StatefulSet', 'DaemonSet'],
  (workload, _, all) => {
    const path = [...podPathOf(workload)!, 'containers'];
    const containers = listAt<PostgresContainer>(workload.content, path);
    return containers.flatMap(({ image = '', env = [], envFrom }, i): Finding[] => {
      // What a Secret has is not known, and it may have the whole address.
      const values = new Map(env.map(({ name, value = '' }) => [name, value]));
      const host = envFrom === undefined ? hostAskedWithTls(image, values) : undefined;
      const server = host === undefined ? undefined : serverOf(host, workload, containers, all);
      if (server?.container === undefined || !isWithoutTls(asked(server.container))) return [];
      return [
        { found: told(`${workload.kind} ${workload.name}`, server.title), where: workload.at([...path, i]) },
      ];
    });
  },
);

export const composeExportersReachPostgres = filesCheck({
  ...EXPORTER,
  code: 'PMCP-D451',
  title: 'In Compose, postgres_exporter asks for TLS only where its server has it.',
  async run(context) {
    const all = await context.get(allComposeServices);
    return all.flatMap((service): Finding[] => {
      const host = hostAskedWithTls(readyImage(service), service.env);
      const isTold = all.filter(({ name }) => name === service.name).length === 1;
      const [server, another] = all.filter(({ name }) => name === host);
      if (!isTold || service.spec.env_file !== undefined || server === undefined || another !== undefined)
        return [];
      if (!isWithoutTls(askedIn(server))) return [];
      return [
        {
          found: told(`service ${service.name}`, `service ${server.name}`),
          where: service.at(['environment']),
        },
      ];
    });
  },
});

function told(exporter: string, server: string): string {
  return `${exporter} asks ${server} for TLS, which that does not have: DATA_SOURCE_… has no sslmode=disable`;
}

/** The host that an exporter asks with TLS; undefined where it asks without, or that can't be told. */
function hostAskedWithTls(image: string, variables: ReadonlyMap<string, string>): string | undefined {
  if (!/(^|\/)postgres[-_]exporter$/.test(parsedImage(image).repository)) return undefined;
  const given = variables.get('DATA_SOURCE_NAME') ?? variables.get('DATA_SOURCE_URI') ?? '';
  const [, mode = 'require'] = /sslmode=([^&\s]*)/.exec(given) ?? [];
  if (variables.has('PGSSLMODE') || !/^(require|verify-ca|verify-full)$/.test(mode)) return undefined;
  return hostOfDataSource(given);
}

/** The server that an exporter asks: in its own pod, or behind a name. */
function serverOf(
  host: string,
  workload: Manifest,
  beside: readonly PostgresContainer[],
  all: readonly Manifest[],
) {
  if (!isLoopback(host)) return behindName(host, workload, all);
  const container = beside.find(({ image = '' }) => OFFICIAL_POSTGRES.test(parsedImage(image).repository));
  return container && { title: 'PostgreSQL in the same pod', container };
}

interface Asked {
  readonly image: string;
  /** Its command, and what is mounted into it. */
  readonly words: string;
}

/** The official image has TLS only if it is told so. */
function isWithoutTls({ image, words }: Asked): boolean {
  return (
    OFFICIAL_POSTGRES.test(parsedImage(image).repository) && !/ssl|tls|cert|\.crt|\.key|conf/i.test(words)
  );
}

function asked({ image = '', command = [], args = [], volumeMounts = [] }: PostgresContainer): Asked {
  const mounts = volumeMounts.flatMap(({ name = '', mountPath = '' }) => [name, mountPath]);
  return { image, words: [...command, ...args, ...mounts].join(' ') };
}

function askedIn(service: ComposeService): Asked {
  const { command, entrypoint, volumes, configs, secrets, extends: base } = service.spec;
  const words = [command, entrypoint, volumes, configs].flat().map((one) => JSON.stringify(one) ?? '');
  const image = base === undefined ? readyImage(service) : '';
  return { image, words: [...words, JSON.stringify(secrets) ?? ''].join(' ') };
}
