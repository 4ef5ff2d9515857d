import { allComposeServices, type ComposeService } from '../../facts/compose.js';
import { type ConfigurationFile, prometheusFiles, targetsIn } from '../../facts/compose-configurations.js';
import { composeServices } from '../../facts/compose-servers.js';
import { isLoopback } from '../../facts/loopback.js';
import { filesCheck } from './define.js';

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
    const [all, files] = await Promise.all([context.get(allComposeServices), context.get(prometheusFiles)]);
    return (await context.get(composeServices)).flatMap((service) => {
      const { name, env, at } = service;
      const port = env.get('PMCP_METRICS_PORT') || ADMIN_PORT;
      if (!isScraped(files, `${name}:${port}`) || !isOnLoopback(service, all)) return [];
      const host = env.get(HOST);
      const said = host ? `is ${host}` : 'is not set';
      const found = `Prometheus scrapes ${name}:${port}, and ${HOST} of service ${name} ${said}, expected 0.0.0.0`;
      // Without the variable, its code may say the same.
      return [{ found, where: at(['environment', HOST]), ...(!host && { severity: 'warn' as const }) }];
    });
  },
});

/** Whether one of these configurations scrapes it from a container of its own. */
function isScraped(files: readonly ConfigurationFile[], target: string): boolean {
  return files.some((file) => !file.service.spec.network_mode && targetsIn(file).includes(target));
}

/** Whether nothing that could say otherwise does, such as another file about the same service. */
function isOnLoopback(service: ComposeService, all: readonly ComposeService[]): boolean {
  const { name, spec, isAddition } = service;
  const flags = [spec.command, spec.entrypoint].flat().join(' ');
  if (spec.network_mode || flags.includes('metrics-host')) return false;
  const same = all.filter((other) => other.name === name);
  const hosts = same.flatMap(({ env }) => env.get(HOST) ?? []);
  if (hosts.some((host) => !isLoopback(host))) return false;
  if (service.env.has(HOST)) return true;
  const isSaidElsewhere = same.some(
    (other) => other.env.has(HOST) || other.env.has('PMCP_CONFIG') || other.spec.env_file,
  );
  return !isAddition && !spec.extends && !isSaidElsewhere;
}
