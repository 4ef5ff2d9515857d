import type { Check } from '../../check.js';
import { apiVersion } from '../../facts/kube/api.js';
import { inNamespace, NoRight, objectsOf } from '../../facts/kube/objects.js';
import { KINDS } from '../../facts/kube/resources.js';
import { servers, WORKLOAD_KINDS } from '../../facts/kube/servers.js';
import { kubeCheck } from './define.js';

export const apiAnswers: Check = {
  code: 'PMCP-D300',
  group: 'kubernetes',
  title: 'The API of the cluster answers.',
  why: 'Nothing of what is in the cluster can be looked at.',
  cure: 'Take a context of `kubectl config get-contexts`, and try `kubectl --context CONTEXT version`. In a pod: `--kube in-cluster`, with `automountServiceAccountToken: true`.',
  severity: 'fail',
  needs: ['kube'],
  rights: 'Those of any user: `/version`.',
  async run(context) {
    try {
      await context.get(apiVersion);
      return [];
    } catch (error) {
      return [{ found: `${context.settings.kube} can't be asked: ${(error as Error).message}` }];
    }
  },
};

export const rightsAreEnough = kubeCheck(
  {
    code: 'PMCP-D301',
    title: 'The doctor may read what its checks need.',
    why: 'What it may not read it cannot look at: checks that need that are left out.',
    cure: 'Apply the ClusterRole of `examples/kubernetes/doctor/rbac.yaml`, and bind it in each namespace that `--namespace` names.',
    severity: 'warn',
    async run(context) {
      const asked = await Promise.allSettled(KINDS.map((kind) => context.get(objectsOf(kind))));
      const rights = asked.flatMap((answer) =>
        answer.status === 'rejected' && answer.reason instanceof NoRight ? [answer.reason.right] : [],
      );
      return byPlace(rights).map((right) => ({ found: `it may not ${right}` }));
    },
  },
  KINDS,
);

/** Joins the rights of one place: `list pods in namespace a` and `list events in namespace a` become one text. */
function byPlace(rights: readonly string[]): string[] {
  const names = new Map<string, string[]>();
  for (const right of rights) {
    const [, name = right, place = ''] = /^list (\S+)( in .+)$/.exec(right) ?? [];
    names.set(place, [...(names.get(place) ?? []), name]);
  }
  return [...names].map(([place, all]) => `list ${all.join(', ')}${place}`);
}

/** The support of minor version 33 ends on this day. Each later minor version is supported `MONTHS` months longer. */
const FIRST = { minor: 33, ends: Date.UTC(2026, 5, 28) };
const MONTHS = 4;

export const versionIsSupported = kubeCheck(
  {
    code: 'PMCP-D302',
    title: 'The version of Kubernetes gets repairs.',
    why: 'Fourteen months after its first release a version gets no repair of what is found in it.',
    cure: 'Upgrade the cluster, one minor version at a time: https://kubernetes.io/releases/.',
    severity: 'warn',
    async run(context) {
      const { gitVersion, minor } = await context.get(apiVersion);
      const ends = endOf(Number.parseInt(minor, 10));
      if (!(ends < Date.now())) return [];
      const day = new Date(ends).toISOString().slice(0, 7);
      return [{ found: `the API is ${gitVersion}, which gets no repairs since about ${day}` }];
    },
  },
  [],
  'Those of any user: `/version`.',
);

function endOf(minor: number): number {
  const end = new Date(FIRST.ends);
  end.setUTCMonth(end.getUTCMonth() + (minor - FIRST.minor) * MONTHS);
  return end.getTime();
}

export const serverIsThere = kubeCheck(
  {
    code: 'PMCP-D303',
    title: 'There is a workload that the toolkit observes.',
    why: 'Nothing is observed in these namespaces, or the toolkit is not in what runs there.',
    cure: 'Name the namespace of the server: `--namespace NAME`. A server is known by a variable that begins with `PMCP_`, such as `PMCP_METRICS_PORT`, or by our proxy beside it.',
    severity: 'fail',
    async run(context) {
      if ((await context.get(servers)).length > 0) return [];
      const { namespace } = context.settings;
      const places = namespace.length === 0 ? inNamespace(undefined) : inNamespace(namespace.join(', '));
      return [
        { found: `no Deployment, StatefulSet or DaemonSet${places} has a server that the toolkit observes` },
      ];
    },
  },
  ['Pod', ...WORKLOAD_KINDS],
);
