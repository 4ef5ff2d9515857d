import type { Manifest } from '../../facts/manifests.js';
import { selects, selectsItsPods, type Workload } from '../../facts/workloads.js';
import { workloadCheck } from './define.js';
import { missing } from './misses.js';

export const AUTOSCALERS = ['HorizontalPodAutoscaler', 'ScaledObject'];

export const moreThanOnePod = workloadCheck(
  {
    code: 'PMCP-D074',
    title: 'There is more than one pod.',
    why: 'With one pod every node that is drained, and every crash, is an outage.',
    cure: 'Set `replicas: 3`, or an autoscaler with `minReplicas: 2` or more.',
    severity: 'warn',
  },
  (workload, all) => {
    const { replicas } = specOf(workload);
    if (replicas === undefined || Number(replicas) > 1 || isScaled(workload, all)) return [];
    const found = `${workload.title} has ${replicas} ${replicas === 1 ? 'pod' : 'pods'}, and no autoscaler`;
    return [{ found, where: workload.manifest.at(['spec', 'replicas']) }];
  },
);

export const oneDecidesHowMany = workloadCheck(
  {
    code: 'PMCP-D075',
    title: 'Only the autoscaler says how many pods there are.',
    why: 'Each time that the manifest is applied, `replicas` takes away what the autoscaler has added, in the middle of the load.',
    cure: 'Remove `replicas` from the workload that an autoscaler scales.',
    severity: 'warn',
  },
  (workload, all) => {
    const { replicas } = specOf(workload);
    // An object of a live cluster always has `replicas`, since Kubernetes fills it in.
    if (replicas === undefined || workload.manifest.namespace !== undefined || !isScaled(workload, all))
      return [];
    const found = `${workload.title} has replicas: ${replicas}, and an autoscaler`;
    return [{ found, where: workload.manifest.at(['spec', 'replicas']) }];
  },
);

export const someMustStay = workloadCheck(
  {
    code: 'PMCP-D076',
    title: 'Some pods stay when nodes are drained.',
    why: 'Without a PodDisruptionBudget an upgrade of the cluster may end all pods of a server at once.',
    cure: 'Apply a PodDisruptionBudget with `maxUnavailable: 1` and the labels of the pods.',
    severity: 'warn',
  },
  (workload, all) => {
    const { replicas } = specOf(workload);
    // Other checks report a workload with a single pod, and one that does not select its pods.
    if (replicas === 1 || replicas === 0 || !selectsItsPods(workload.manifest)) return [];
    const isKept = all.some(
      ({ kind, content }) => kind === 'PodDisruptionBudget' && selects(matchLabels(content), workload.labels),
    );
    if (isKept) return [];
    const path = ['spec', 'selector'];
    const near = missing('PodDisruptionBudget', path, workload, all);
    if (near) return [{ found: near.told, where: near.manifest.at(path) }];
    return [{ found: `${workload.title} has no PodDisruptionBudget`, where: workload.manifest.at() }];
  },
);

function specOf({ manifest }: Workload): { readonly replicas?: number } {
  return (manifest.content.spec ?? {}) as { readonly replicas?: number };
}

function matchLabels(content: Manifest['content']): unknown {
  const { selector } = (content.spec ?? {}) as { readonly selector?: { readonly matchLabels?: unknown } };
  return selector?.matchLabels;
}

export function targetOf({ content }: Manifest): { readonly kind?: string; readonly name?: string } {
  const { scaleTargetRef } = (content.spec ?? {}) as { readonly scaleTargetRef?: object };
  return scaleTargetRef ?? {};
}

function isScaled({ manifest }: Workload, all: readonly Manifest[]): boolean {
  return all.some((one) => {
    const { kind = 'Deployment', name } = AUTOSCALERS.includes(one.kind) ? targetOf(one) : {};
    return kind === manifest.kind && name === manifest.name;
  });
}
