import { CannotRun, type Check } from '../../check.js';
import type { Context, Fact } from '../../context.js';
import { allComposeServices, type ComposeService } from '../../facts/compose.js';
import { composeServices, KNOWN_BY as SERVICES_KNOWN_BY } from '../../facts/compose-servers.js';
import { sources } from '../../facts/sources.js';
import { KNOWN_BY, titlesOf } from '../../facts/workloads.js';
import { some } from '../some.js';

const CODE = 'PMCP-D413';

interface Known {
  readonly isAny: boolean;
  /** The workloads of Kubernetes and the services of Compose, whatever they run. */
  readonly workloads: readonly string[];
  readonly services: readonly string[];
}

export const serverIsKnown: Check = {
  code: CODE,
  group: 'manifests',
  title: 'There is an MCP server among what is looked at.',
  why: 'Without a server nothing is checked. So the exit code is 2: a path or a namespace that is wrong must not look like health.',
  cure: 'Name the folder or the namespace of your servers. If there is meant to be none, leave this check out: `--skip PMCP-D413`.',
  needs: [['manifests', 'kube']],
  rights: 'To read the files; in a cluster, to list what they are about.',
  severity: 'fail',
  after: ['PMCP-D060', 'PMCP-D300', 'PMCP-D303'],
  async run(context) {
    const known = await context.get(whatIsKnown);
    if (known.isAny) return [];
    throw new CannotRun(`no MCP server is known ${placeOf(context)}${sayingWhatIsThere(known)}`);
  },
};

/** Called where a check has no server: another kind may have one. @throws CannotRun if there is none at all */
export async function expectServer(context: Context): Promise<void> {
  if (!(await context.get(whatIsKnown)).isAny) throw new CannotRun('no MCP server is known', CODE);
}

const whatIsKnown: Fact<Known> = async (context) => {
  const found = await context.get(sources);
  const hasFiles = context.settings.manifests !== undefined;
  const none: readonly ComposeService[] = [];
  const servers = hasFiles ? await context.get(composeServices) : none;
  const services = hasFiles ? await context.get(allComposeServices) : none;
  return {
    isAny: servers.length > 0 || found.some((source) => source.servers.length > 0),
    workloads: found.flatMap(({ all }) => titlesOf(all)),
    services: [...new Set(services.map(({ name }) => `service ${name}`))],
  };
};

function placeOf({ settings: { manifests, kube } }: Context): string {
  const files = manifests === '-' ? 'in the standard input' : `in ${manifests}`;
  const cluster = 'in these namespaces';
  if (manifests === undefined) return cluster;
  return kube === undefined ? files : `${files} or ${cluster}`;
}

function sayingWhatIsThere({ workloads, services }: Known): string {
  if (workloads.length + services.length === 0)
    return ', which has no Deployment, StatefulSet, DaemonSet or ReplicaSet and no service of Compose';
  const knownBy = [
    ...(workloads.length > 0 ? [KNOWN_BY] : []),
    ...(services.length > 0 ? [SERVICES_KNOWN_BY] : []),
  ];
  return ` among ${some([...workloads, ...services])}: ${knownBy.join('; ')}`;
}
