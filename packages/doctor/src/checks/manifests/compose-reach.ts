import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { allComposeServices, type ComposeService } from '../../facts/compose.js';
import { composeServices } from '../../facts/compose-servers.js';
import { filesCheck } from './define.js';

const LOOPBACK = ['127.0.0.1', 'localhost', '::1'];
const HOST = 'PMCP_METRICS_HOST';
const ADMIN_PORT = '9090';

export const composeAdminPortIsReached = filesCheck({
  code: 'PMCP-D098',
  title: 'In Compose, Prometheus reaches the admin port of a server.',
  why: 'On loopback, which is the default outside of Kubernetes, the admin port answers only in its own container: Prometheus, in another one, gets no metrics.',
  cure: 'Set `PMCP_METRICS_HOST: 0.0.0.0`. Only the network of Compose reaches the port, as long as `ports:` does not have it.',
  rights: 'To read the files, and the configuration of Prometheus that they mount.',
  severity: 'fail',
  async run(context) {
    const all = await context.get(allComposeServices);
    const scraped = all.filter(isPrometheus).flatMap(configurations).join('\n');
    return (await context.get(composeServices)).flatMap((service) => {
      const { name, env, at } = service;
      const port = env.get('PMCP_METRICS_PORT') || ADMIN_PORT;
      if (!isTarget(scraped, name, port) || !isOnLoopback(service, all)) return [];
      const host = env.get(HOST);
      const said = host ? `is ${host}` : 'is not set';
      const found = `Prometheus scrapes ${name}:${port}, and ${HOST} of service ${name} ${said}, expected 0.0.0.0`;
      // Without the variable, its code may say the same.
      return [{ found, where: at(['environment', HOST]), ...(!host && { severity: 'warn' as const }) }];
    });
  },
});

/** In a container of its own, with a network of its own. */
function isPrometheus({ name, spec }: ComposeService): boolean {
  return (name === 'prometheus' || /\bprom\/prometheus\b/.test(spec.image ?? '')) && !spec.network_mode;
}

/** What is in the files that a service mounts as its configuration. */
function configurations({ spec: { volumes = [] }, at }: ComposeService): string[] {
  return volumes.flatMap((volume) => {
    const source = typeof volume === 'string' ? (volume.split(':')[0] ?? '') : (volume.source ?? '');
    if (!/^\.{1,2}\/.*\.ya?ml$/.test(source)) return [];
    try {
      return [readFileSync(join(dirname(at().file), source), 'utf8')];
    } catch {
      // It is made before the start.
      return [];
    }
  });
}

function isTarget(configuration: string, name: string, port: string): boolean {
  const targets = configuration
    .split('\n')
    .filter((line) => !line.trimStart().startsWith('#'))
    .flatMap((line) => line.match(/[\w.-]+:\d+/g) ?? []);
  return targets.includes(`${name}:${port}`);
}

/** Whether nothing that could say otherwise does, such as another file about the same service. */
function isOnLoopback(service: ComposeService, all: readonly ComposeService[]): boolean {
  const { name, spec, isAddition } = service;
  const flags = [spec.command, spec.entrypoint].flat().join(' ');
  if (spec.network_mode || flags.includes('metrics-host')) return false;
  const same = all.filter((other) => other.name === name);
  const hosts = same.flatMap(({ env }) => env.get(HOST) ?? []);
  if (hosts.some((host) => !LOOPBACK.includes(host))) return false;
  if (service.env.has(HOST)) return true;
  const isSaidElsewhere = same.some(
    (other) => other.env.has(HOST) || other.env.has('PMCP_CONFIG') || other.spec.env_file,
  );
  return !isAddition && !spec.extends && !isSaidElsewhere;
}
