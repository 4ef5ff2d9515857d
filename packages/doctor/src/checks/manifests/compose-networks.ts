import type { Finding } from '../../check.js';
import { allComposeServices, type ComposeService } from '../../facts/compose.js';
import { type ConfigurationFile, prometheusFiles, targetsIn } from '../../facts/compose-configurations.js';
import { composeServices } from '../../facts/compose-servers.js';
import { filesCheck } from './define.js';

export const composeNamesAreKnown = filesCheck({
  code: 'PMCP-D414',
  title: 'In Compose, Prometheus is in a network with the servers that it scrapes by name.',
  why: 'The name of a service is known only to containers in one of its networks. Elsewhere Prometheus gets `no such host`, and the target is down.',
  cure: 'Put both services into one network of `networks:`, without `network_mode: host`. Or publish the admin port at loopback, and scrape `127.0.0.1:PORT` from a Prometheus on the network of the host.',
  severity: 'fail',
  rights: 'To read the files, and the configuration of Prometheus that they mount.',
  after: ['PMCP-D060', 'PMCP-D405'],
  async run(context) {
    const [all, files, servers] = await Promise.all([
      context.get(allComposeServices),
      context.get(prometheusFiles),
      context.get(composeServices),
    ]);
    return files.flatMap((file): Finding[] => {
      const targets = new Set(targetsIn(file).map((target) => target.replace(/:\d+$/, '')));
      return servers
        .filter(({ name }) => targets.has(name) && name !== file.service.name)
        .flatMap((server) => faultOf(file, server, all));
    });
  },
});

function faultOf(
  { service, source }: ConfigurationFile,
  server: ComposeService,
  all: readonly ComposeService[],
): Finding[] {
  const [from, to] = [service, server].map(({ name }) => placeOf(all.filter((one) => one.name === name)));
  if (from === undefined || to === undefined || from.some((one) => to.includes(one))) return [];
  const found = `service ${service.name} scrapes ${server.name} by its name, and is ${told(from)}, while ${server.name} is ${told(to)}`;
  return [{ found, where: { file: source } }];
}

const HOST = 'network of the host';

/** The networks of a service, as all files about it say; undefined where that, or its names, cannot be told. */
function placeOf(same: readonly ComposeService[]): readonly string[] | undefined {
  const networks = new Set<string>();
  for (const { spec } of same) {
    if (spec.extends !== undefined || spec.extra_hosts !== undefined || spec.links !== undefined)
      return undefined;
    if (spec.network_mode === 'host') return [HOST];
    if (spec.network_mode !== undefined) return undefined;
    const own = spec.networks ?? [];
    for (const name of Array.isArray(own) ? own : Object.keys(own)) networks.add(name);
  }
  return networks.size === 0 ? ['default'] : [...networks];
}

function told(networks: readonly string[]): string {
  return networks[0] === HOST ? `in the ${HOST}` : `in the networks ${networks.join(', ')}`;
}
