import type { Finding } from '../../check.js';
import { allComposeServices } from '../../facts/compose.js';
import { readyImage } from '../../facts/compose-images.js';
import { listAt, type Manifest, valueAt } from '../../facts/manifests.js';
import { askedAtLoopback } from '../../facts/own-loopback.js';
import { podPathOf, type Variable } from '../../facts/workloads.js';
import { filesCheck, objectCheck } from './define.js';

const ALONE = {
  why: '`localhost` in a container is the container itself, and not the machine or the container next to it: the connection is refused.',
  severity: 'fail',
} as const;

interface Container {
  readonly image?: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: readonly Variable[];
  readonly restartPolicy?: string;
}

export const podsAskOthersByName = objectCheck(
  {
    ...ALONE,
    code: 'PMCP-D454',
    title: 'No container asks itself for what runs in another pod.',
    cure: 'Name the Service that leads there, such as `PGHOST=postgres`, or `http://collector.monitoring:4317`.',
  },
  ['Deployment', 'StatefulSet', 'DaemonSet', 'CronJob', 'Job'],
  (workload) => {
    const path = podPathOf(workload)!;
    const containers = listAt<Container>(workload.content, [...path, 'containers']);
    const [only] = containers;
    if (only === undefined || containers.length > 1 || hasCompany(workload)) return [];
    const { image = '', command = [], args = [], env = [] } = only;
    const variables = new Map(env.map(({ name, value = '' }) => [name, String(value)]));
    const asked = askedAtLoopback({ image, words: [...command, ...args], variables });
    return asked === undefined
      ? []
      : [
          {
            found: `${workload.kind} ${workload.name} ${asked}, and nothing else is in its pod`,
            where: workload.at([...path, 'containers', 0]),
          },
        ];
  },
);

/** Whether a pod has more at its loopback than one container: the node, a native sidecar, or what is injected. */
function hasCompany(workload: Manifest): boolean {
  const path = podPathOf(workload)!;
  const sidecars = listAt<Container>(workload.content, [...path, 'initContainers']);
  const metadata = valueAt(workload.content, [...path.slice(0, -1), 'metadata']);
  return (
    valueAt(workload.content, [...path, 'hostNetwork']) === true ||
    sidecars.some(({ restartPolicy }) => restartPolicy === 'Always') ||
    /inject|proxy|sidecar/i.test(JSON.stringify(metadata ?? {}))
  );
}

export const composeAsksOthersByName = filesCheck({
  ...ALONE,
  code: 'PMCP-D455',
  title: 'In Compose, no service asks itself for what runs in another.',
  cure: 'Take the name of the service as the host, such as `PGHOST: postgres`; for what runs on the machine, `host.docker.internal` with `extra_hosts: ["host.docker.internal:host-gateway"]`.',
  async run(context) {
    const all = await context.get(allComposeServices);
    const joined = new Set(
      all.flatMap(({ spec: { network_mode: mode = '' } }) => mode.replace('service:', '')),
    );
    return all.flatMap((service): Finding[] => {
      const { name, spec, env, at } = service;
      const isTold = all.filter((one) => one.name === name).length === 1 && spec.extends === undefined;
      if (!isTold || spec.network_mode !== undefined || joined.has(name)) return [];
      const words = [spec.entrypoint ?? [], spec.command ?? []].flat();
      const asked = askedAtLoopback({ image: readyImage(service), words, variables: env });
      return asked === undefined
        ? []
        : [{ found: `service ${name} ${asked}, and nothing else is in its container`, where: at([]) }];
    });
  },
});
