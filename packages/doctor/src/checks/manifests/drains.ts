import type { Selector } from '../../facts/kube/selector.js';
import { fits } from '../../facts/kube/selector.js';
import { type Manifest, valueAt } from '../../facts/manifests.js';
import type { Workload } from '../../facts/workloads.js';
import { AUTOSCALERS, targetOf } from './availability.js';
import { objectCheck } from './define.js';

export const budgetsLetPodsGo = objectCheck(
  {
    code: 'PMCP-D097',
    title: 'PodDisruptionBudgets let pods go.',
    why: 'A budget that lets no pod go stops every upgrade of the nodes, until somebody deletes pods by force.',
    cure: 'Set `maxUnavailable: 1`, without `minAvailable`, and run more than one pod.',
    severity: 'warn',
  },
  ['PodDisruptionBudget'],
  (manifest, servers, all) => {
    const { selector, maxUnavailable, minAvailable } = (valueAt(manifest.content, ['spec']) ?? {}) as Budget;
    // Also where the workload itself does not select its pods.
    const ours = servers.filter((one) => fits(selector, one.labels) || fits(selector, labelsAsked(one)));
    // In a cluster another check knows how many pods may go.
    if (ours.length === 0 || manifest.namespace !== undefined) return [];
    const named = `PodDisruptionBudget ${manifest.name} has`;
    if (/^0%?$/.test(String(maxUnavailable)))
      return [
        {
          found: `${named} maxUnavailable: ${maxUnavailable}, which lets no pod go`,
          where: manifest.at(['spec', 'maxUnavailable']),
        },
      ];
    const pods = ours.length === 1 ? leastPods(ours[0]!, all) : undefined;
    if (String(minAvailable) !== '100%' && !(needed(minAvailable, pods) >= (pods ?? Number.NaN))) return [];
    const of = pods === undefined ? '' : `, and ${ours[0]!.title} may have only ${pods} pods`;
    const found = `${named} minAvailable: ${minAvailable}${of}: none may go`;
    return [{ found, where: manifest.at(['spec', 'minAvailable']) }];
  },
);

interface Budget {
  readonly selector?: Selector;
  readonly maxUnavailable?: string | number;
  readonly minAvailable?: string | number;
}

function labelsAsked({ manifest }: Workload): Workload['labels'] {
  return (valueAt(manifest.content, ['spec', 'selector', 'matchLabels']) ?? {}) as Workload['labels'];
}

/** How many pods the workload has at the least; undefined where that is not said, or where one pod is the fault. */
function leastPods({ manifest }: Workload, all: readonly Manifest[]): number | undefined {
  const [scaler] = all.filter(
    (one) => AUTOSCALERS.includes(one.kind) && targetOf(one).name === manifest.name,
  );
  const path =
    scaler === undefined ? 'replicas' : scaler.kind === 'ScaledObject' ? 'minReplicaCount' : 'minReplicas';
  const least = Number(valueAt((scaler ?? manifest).content, ['spec', path]));
  return least > 1 ? least : undefined;
}

/** Kubernetes rounds up. */
function needed(minAvailable: Budget['minAvailable'], pods = Number.NaN): number {
  const [, percent] = /^(\d+)%$/.exec(String(minAvailable)) ?? [];
  return percent === undefined ? Number(minAvailable) : Math.ceil((pods * Number(percent)) / 100);
}
