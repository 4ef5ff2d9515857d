import type { Finding } from '../../check.js';
import type { Context } from '../../context.js';
import { askApi } from '../../facts/kube/api.js';
import { asManifest } from '../../facts/kube/live.js';
import { objectsOf } from '../../facts/kube/objects.js';
import { WORKLOAD_KINDS } from '../../facts/kube/servers.js';
import { type Manifest, manifests } from '../../facts/manifests.js';
import { withOverride } from '../../facts/overrides.js';
import { type Workload, workloadsIn } from '../../facts/workloads.js';
import { kubeCheck } from './define.js';

export const kindsAreKnown = kubeCheck(
  {
    code: 'PMCP-D314',
    title: 'The cluster knows the kinds of the manifests.',
    why: 'A PodMonitor without the Prometheus operator, or a ScaledObject without KEDA, cannot be applied, or was lost with an upgrade: nobody scrapes, nobody scales.',
    cure: 'Install what the kind is of: the Prometheus operator, KEDA, cert-manager. For a version that is no longer served, use one of `kubectl api-versions`.',
    severity: 'fail',
    needs: ['kube', 'manifests'],
    async run(context) {
      const { all } = await context.get(manifests);
      const asked = [...new Set(all.flatMap(versionOf))].map((version) => unserved(context, version, all));
      return (await Promise.all(asked)).flat();
    },
  },
  [],
  'Those of any user: to discover the API.',
);

/** Returns the API path of the manifest's group and version, or nothing for manifests that no cluster serves. */
function versionOf({ content: { apiVersion } }: Manifest): string[] {
  const version = String(apiVersion ?? '');
  if (version === '' || version.includes('kustomize.config.k8s.io')) return [];
  return [version.includes('/') ? `/apis/${version}` : `/api/${version}`];
}

async function unserved(context: Context, path: string, all: readonly Manifest[]): Promise<Finding[]> {
  const { status } = await askApi(context, path);
  if (status !== 404) return [];
  const first = all.find((manifest) => versionOf(manifest).includes(path))!;
  const found = `the cluster does not know ${first.content.apiVersion}, of ${first.kind} ${first.name}`;
  return [{ found, where: first.at(['apiVersion']) }];
}

export const manifestsAreApplied = kubeCheck(
  {
    code: 'PMCP-D325',
    title: 'The cluster has the workloads of the manifests, with their images.',
    why: 'What was changed by hand, or was never applied, is not what the repository says: the next deployment brings a surprise.',
    cure: 'See what differs: `kubectl diff --filename PATH` (or `--kustomize PATH`), then apply it, or take what runs into the repository.',
    severity: 'warn',
    needs: ['kube', 'manifests'],
    async run(context) {
      const [{ all }, ...lists] = await Promise.all([
        context.get(manifests),
        ...WORKLOAD_KINDS.map(async (kind) =>
          (await context.get(objectsOf(kind))).map((object) => asManifest(kind, object)),
        ),
      ]);
      const live = workloadsIn(lists.flat());
      return workloadsIn(all).flatMap((workload) => difference(workload, live, all));
    },
  },
  WORKLOAD_KINDS,
);

function difference(workload: Workload, live: readonly Workload[], all: readonly Manifest[]): Finding[] {
  const same = live.filter(({ title }) => title === workload.title);
  if (same.length === 0)
    return [{ found: `${workload.title} is not in the cluster`, where: workload.manifest.at() }];
  return workload.containers.flatMap(({ name, spec, at }) => {
    const wanted = withOverride(spec.image ?? '', all);
    const running = same.map(({ containers }) => containers.find((one) => one.name === name)?.spec.image);
    if (running.includes(wanted)) return [];
    const came = running[0] ?? 'has no such container';
    const found = `${workload.title}: the image of ${name} is ${came} in the cluster, and ${wanted} here`;
    return [{ found, where: at(['image']) }];
  });
}
