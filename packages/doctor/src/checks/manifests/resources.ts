import { bytesOf, MIB } from '../../facts/quantity.js';
import type { Container } from '../../facts/workloads.js';
import { workloadCheck } from './define.js';

export const resourcesAreSet = workloadCheck(
  {
    code: 'PMCP-D068',
    title: 'Containers have requests and a memory limit.',
    why: 'Without requests the scheduler packs pods onto full nodes, and an autoscaler by CPU has nothing to divide by. Without a memory limit one leak takes the node.',
    cure: 'Set `resources: { requests: { cpu: 250m, memory: 256Mi }, limits: { memory: 512Mi } }`, by what `process_resident_memory_bytes` shows.',
    severity: 'fail',
  },
  ({ title, observed }) => {
    const { requests, limits } = observed.spec.resources ?? {};
    const missing = [
      ...(requests?.cpu === undefined ? ['requests.cpu'] : []),
      ...(requests?.memory === undefined ? ['requests.memory'] : []),
      ...(limits?.memory === undefined ? ['limits.memory'] : []),
    ];
    const tiny = Object.entries({ requests, limits }).flatMap(([key, of]) =>
      /^\d+m$/.test(String(of?.memory))
        ? [
            {
              found: `${title}: ${key}.memory of ${observed.name} is ${of?.memory}, which is thousandths of a byte: expected ${String(of?.memory).replace('m', 'Mi')}`,
              where: observed.at(['resources', key, 'memory']),
            },
          ]
        : [],
    );
    if (missing.length === 0) return tiny;
    return [
      ...tiny,
      {
        found: `${title}: container ${observed.name} has no ${missing.join(', ')}`,
        where: observed.at(['resources']),
      },
    ];
  },
);

/** The share of the memory limit that the heap may use. Buffers, stacks and code need memory too. */
const SHARE = 0.85;

export const heapFitsTheLimit = workloadCheck(
  {
    code: 'PMCP-D069',
    title: 'The heap of Node fits into the memory limit.',
    why: 'A process that may grow beyond its limit is killed in the middle of its requests, where it would have collected garbage.',
    cure: 'Set `--max-old-space-size` in `NODE_OPTIONS` to three quarters of `limits.memory`, in MiB.',
    severity: 'fail',
  },
  ({ title, containers }) =>
    containers.flatMap((container) => {
      const [heap, limit] = [heapOf(container), bytesOf(container.spec.resources?.limits?.memory)];
      if (heap === undefined || limit === undefined || heap <= limit * SHARE) return [];
      const found = `${title}: the heap of ${container.name} may have ${heap / MIB} MiB, and the container ${Math.floor(limit / MIB)} MiB`;
      return [{ found, where: container.at(['env']) }];
    }),
);

function heapOf({ spec: { env = [], command = [], args = [] } }: Container): number | undefined {
  const options = env.find(({ name }) => name === 'NODE_OPTIONS')?.value ?? '';
  const [, mib] =
    /--max[-_]old[-_]space[-_]size[= ](\d+)/.exec([options, ...command, ...args].join(' ')) ?? [];
  return mib === undefined ? undefined : Number(mib) * MIB;
}
