import type { Finding } from '../../check.js';
import { SIGNALS, sends } from '../../facts/collectors.js';
import { allComposeServices } from '../../facts/compose.js';
import { configurationFiles } from '../../facts/compose-configurations.js';
import { COLLECTORS } from '../../facts/compose-programs.js';
import { withDefaults } from '../../facts/compose-variables.js';
import { withoutPatches } from '../../facts/kustomization.js';
import { type Manifest, manifests, valueAt } from '../../facts/manifests.js';
import { collectorAt } from '../../facts/pod-collectors.js';
import { bytesOf, bytesOfCompose, MIB } from '../../facts/quantity.js';
import { variable, type Workload, workloadsIn } from '../../facts/workloads.js';
import { filesCheck, left } from './define.js';

const MEMORY = {
  why: '`memory_limiter` refuses data before the memory is full, so that senders keep it. Where it acts above the limit of the container, the container is killed before, with all that it holds.',
  cure: 'Set `limit_mib` to four fifths of the memory limit, or `limit_percentage: 80` in its place: then it reads the limit of the container.',
  severity: 'fail',
} as const;

export const collectorFitsItsMemory = filesCheck({
  ...MEMORY,
  code: 'PMCP-D445',
  title: 'A collector refuses data before its container is killed.',
  async run(context) {
    const { all } = await context.get(manifests);
    const found = workloadsIn(withoutPatches(all)).flatMap(({ manifest }) =>
      left(manifest, all, (one, made) =>
        workloadsIn([one]).flatMap((server) => lateFor(server, withoutPatches(made))),
      ),
    );
    // Several servers, and several signals, have the same collector.
    return [...new Map(found.map((one) => [one.found, one])).values()];
  },
});

function lateFor({ manifest, observed }: Workload, all: readonly Manifest[]): Finding[] {
  return SIGNALS.flatMap((signal): Finding[] => {
    const endpoint = sends((name) => variable(observed.spec.env ?? [], name), signal);
    const collector = endpoint && collectorAt(endpoint, manifest, all);
    const fault = collector && beyond(collector.content, bytesOf(collector.memory));
    return fault === undefined ? [] : [{ found: `${collector!.title}: ${fault}`, where: collector!.where }];
  });
}

export const composeCollectorFitsItsMemory = filesCheck({
  ...MEMORY,
  code: 'PMCP-D446',
  title: 'In Compose, a collector refuses data before its container is killed.',
  rights: 'To read the files, and the configuration of the collector that they mount.',
  async run(context) {
    const files = await context.get(configurationFiles);
    const all = await context.get(allComposeServices);
    return files.flatMap(({ service, program, content, source }): Finding[] => {
      const same = all.filter(({ name }) => name === service.name);
      const limits = same.flatMap(
        ({ spec }) => spec.deploy?.resources?.limits?.memory ?? spec.mem_limit ?? [],
      );
      // Of several files, one that is merged in may set another limit.
      const isWhole =
        limits.length === 1 && files.filter((one) => one.service.name === service.name).length === 1;
      const fault =
        COLLECTORS.includes(program) && isWhole
          ? beyond(content, bytesOfCompose(withDefaults(String(limits[0]))))
          : undefined;
      return fault === undefined
        ? []
        : [{ found: `service ${service.name}: ${fault}`, where: { file: source } }];
    });
  },
});

/** Says which limiter acts too late. One that no pipeline has does nothing. */
function beyond(content: Manifest['content'], bytes: number | undefined): string | undefined {
  if (bytes === undefined) return undefined;
  const processors = Object.entries((content.processors ?? {}) as Readonly<Record<string, unknown>>);
  const used = Object.values((valueAt(content, ['service', 'pipelines']) ?? {}) as object).flatMap(
    (pipeline) => (pipeline as { readonly processors?: readonly string[] } | null)?.processors ?? [],
  );
  const [late] = processors.flatMap(([name, processor]) => {
    const mib = Number(valueAt(processor, ['limit_mib']));
    return /^memory_limiter(\/|$)/.test(name) && used.includes(name) && mib * MIB >= bytes
      ? [{ name, mib }]
      : [];
  });
  return (
    late &&
    `${late.name} acts at ${late.mib} MiB, and the container is killed at ${Math.floor(bytes / MIB)} MiB`
  );
}
