import { conditionOf, type Pod, type Server } from '../../facts/kube/servers.js';
import { serverCheck } from './define.js';

export const podsAreCurrent = serverCheck(
  {
    code: 'PMCP-D304',
    title: 'Pods run what their workload says.',
    why: 'A rollout that stands still leaves old code, old settings or old limits in place, while everybody believes that the new ones are there.',
    cure: 'See where it stands: `kubectl rollout status deployment/NAME`. Then go on (`kubectl rollout resume`, delete the pod of an `OnDelete` set) or back (`kubectl rollout undo`).',
    severity: 'fail',
    // Pods that can't start hold up a rollout, and their own checks report why.
    after: ['PMCP-D305', 'PMCP-D306', 'PMCP-D307', 'PMCP-D308', 'PMCP-D309', 'PMCP-D310', 'PMCP-D311'],
  },
  (server) => {
    const told = standing(server);
    return told === undefined ? [] : [{ found: told, where: server.workload.manifest.at() }];
  },
);

function standing({ workload: { title }, object, pods }: Server): string | undefined {
  const { metadata, spec, status } = object;
  const { observedGeneration, conditions } = status ?? {};
  if (observedGeneration !== undefined && observedGeneration < (metadata.generation ?? 0))
    return `${title} was changed, and no controller has seen it: generation ${metadata.generation}, seen ${observedGeneration}`;
  const progressing = conditionOf({ conditions: conditions ?? [] }, 'Progressing');
  if (progressing?.status === 'False') return `the rollout of ${title} stands still: ${progressing.message}`;
  const old = pods.find((pod) => imageOf(pod, object) !== undefined);
  if (old === undefined) return undefined;
  const images = imageOf(old, object);
  if (spec.paused)
    return `the rollout of ${title} is paused, and pods such as ${old.metadata.name} run ${images}`;
  // The rollout is still running, and Kubernetes has its own deadline for it.
  if (progressing !== undefined && progressing.reason !== 'NewReplicaSetAvailable') return undefined;
  return `pods of ${title} such as ${old.metadata.name} run ${images}`;
}

/** Describes an image of the pod that differs from the one in its workload. Ignores injected containers. */
function imageOf({ spec }: Pod, { spec: wanted }: Server['object']): string | undefined {
  const { containers = [] } = (wanted as Templated).template?.spec ?? {};
  const other = containers.find(({ name, image }) => {
    const running = spec.containers.find((container) => container.name === name)?.image;
    return running !== undefined && image !== undefined && running !== image;
  });
  if (other === undefined) return undefined;
  const running = spec.containers.find(({ name }) => name === other.name)?.image;
  return `${running}, expected ${other.image}`;
}

interface Templated {
  readonly template?: { readonly spec?: Pod['spec'] };
}
