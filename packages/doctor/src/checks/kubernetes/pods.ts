import type { Check, Finding } from '../../check.js';
import type { Server } from '../../facts/kube/servers.js';
import { symptomOf, type Trouble } from '../../facts/kube/symptoms.js';
import { serverCheck } from './define.js';

type Texts = Pick<Check, 'code' | 'title' | 'why' | 'cure' | 'severity'>;

/** Makes the check for one kind of trouble. A pod is reported only under the code of its nearest cause. */
function troubleCheck(texts: Texts, trouble: Trouble): Check {
  return serverCheck(texts, (server) => findingsOf(server, trouble));
}

/** Returns one finding for all pods of a server that have this trouble. */
function findingsOf({ workload, pods }: Server, trouble: Trouble): Finding[] {
  const ill = pods.flatMap((pod) => {
    const symptom = symptomOf(pod);
    return symptom?.trouble === trouble ? [{ name: pod.metadata.name, told: symptom.told }] : [];
  });
  const [one] = ill;
  if (one === undefined) return [];
  const where = workload.manifest.at();
  return [{ found: `${ill.length} of ${pods.length} pods, ${one.name}: ${one.told}`, where }];
}

export const podsAreScheduled = troubleCheck(
  {
    code: 'PMCP-D305',
    title: 'Every pod has a node.',
    why: 'A pod that no node takes serves nobody, and an autoscaler that asks for more of them changes nothing.',
    cure: 'See what is short: `kubectl describe pod POD`. Then lower its requests, add nodes, or loosen `nodeSelector`, affinity and tolerations.',
    severity: 'fail',
  },
  'unscheduled',
);

export const imagesArePulled = troubleCheck(
  {
    code: 'PMCP-D306',
    title: 'Images can be pulled.',
    why: 'The pod waits for ever for an image that is not there, or that it may not have; a rollout stands still.',
    cure: 'Check name and tag, and that the registry lets the cluster in: `kubectl describe pod POD`, `imagePullSecrets`.',
    severity: 'fail',
  },
  'unpulled',
);

export const podsAreConfigured = troubleCheck(
  {
    code: 'PMCP-D307',
    title: 'What pods refer to is there: Secrets, ConfigMaps, keys, commands.',
    why: 'A container is not started before each Secret and ConfigMap that it names is there, with that key.',
    cure: 'Create what the message names, or correct the reference: `kubectl get secret,configmap`. A Secret that only sometimes is there has `optional: true`.',
    severity: 'fail',
  },
  'unconfigured',
);

export const podsDoNotCrash = troubleCheck(
  {
    code: 'PMCP-D308',
    title: 'No container crashes again and again.',
    why: 'Between two crashes it waits for up to five minutes, and every session that it had is gone.',
    cure: 'Read what it said last: `kubectl logs POD --previous`.',
    severity: 'fail',
  },
  'crashing',
);

export const memoryIsEnough = troubleCheck(
  {
    code: 'PMCP-D309',
    title: 'No container was killed for its memory within a day.',
    why: 'It is killed without a word, with all requests that it has, and will be again.',
    cure: 'Look at `process_resident_memory_bytes` on the dashboard. Raise `limits.memory`, or set `--max-old-space-size` in `NODE_OPTIONS` to three quarters of it, so that Node collects garbage before that.',
    severity: 'fail',
  },
  'killed',
);

export const podsStayUp = troubleCheck(
  {
    code: 'PMCP-D310',
    title: 'Containers are not started again time after time.',
    why: 'Each time, the sessions of the pod are lost and clients must start again. A probe that is too strict does this to a healthy server.',
    cure: 'See why it ended: `kubectl describe pod POD` for probes that failed, `kubectl logs POD --previous` for what it said.',
    severity: 'fail',
  },
  'restarting',
);

export const podsAreReady = troubleCheck(
  {
    code: 'PMCP-D311',
    title: 'Every pod is ready.',
    why: 'No request goes to a pod that is not ready, and a rollout waits for it.',
    cure: 'Ask the pod itself which check fails: `kubectl port-forward POD 9090`, then `curl localhost:9090/health/ready`.',
    severity: 'fail',
  },
  'unready',
);
