import { redactText } from '@pmcp/observability/internal';
import { workloadCheck } from './define.js';

type Security = Readonly<Record<string, unknown>>;

export const nobodyIsRoot = workloadCheck(
  {
    code: 'PMCP-D071',
    title: 'Containers do not run as root.',
    why: 'A tool that runs what a model asks for is a way in. As root it is a way on to the node.',
    cure: 'Set `securityContext: { runAsNonRoot: true, runAsUser: 1001 }` for the pod.',
    severity: 'fail',
  },
  ({ title, pod, containers }) => {
    const ofPod = (pod.securityContext ?? {}) as Security;
    return containers.flatMap((container) => {
      const { runAsNonRoot, runAsUser } = { ...ofPod, ...container.spec.securityContext };
      if (runAsUser !== 0 && (runAsNonRoot === true || Number(runAsUser) > 0)) return [];
      return [{ found: `${title}: container ${container.name} may run as root`, where: container.at() }];
    });
  },
);

export const nobodyRisesToRoot = workloadCheck(
  {
    code: 'PMCP-D072',
    title: 'Containers can get no more rights than they have.',
    why: 'A privileged container is the node, and `allowPrivilegeEscalation` lets a program with the right bit become root.',
    cure: 'Set `securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: [ALL] } }` for each container, and no `privileged: true`.',
    severity: 'warn',
  },
  ({ title, containers }) =>
    containers.flatMap((container) => {
      const { privileged, allowPrivilegeEscalation } = (container.spec.securityContext ?? {}) as Security;
      if (privileged !== true && allowPrivilegeEscalation === false) return [];
      const what = privileged === true ? 'is privileged' : 'may become root (allowPrivilegeEscalation)';
      return [
        { found: `${title}: container ${container.name} ${what}`, where: container.at(['securityContext']) },
      ];
    }),
);

const SECRET = /(TOKEN|PASSWORD|PASSWD|SECRET|API_?KEY|PRIVATE_KEY|CREDENTIALS?)$/i;

export const secretsAreNoText = workloadCheck(
  {
    code: 'PMCP-D073',
    title: 'Secrets are in Secrets.',
    why: 'What is written into a manifest is in Git, in `kubectl describe`, and with everybody who may read either.',
    cure: 'Use `valueFrom: { secretKeyRef: … }`, or a mounted file, and change the secret: it is known.',
    severity: 'fail',
  },
  ({ title, containers }) =>
    containers.flatMap((container) =>
      (container.spec.env ?? []).flatMap(({ name, value }, i) => {
        // `$(NAME)` refers to another variable.
        if (!value || /^\$\(\w+\)$/.test(String(value)) || !isSecret(name, String(value))) return [];
        const found = `${title}: the variable ${name} of ${container.name} has its secret written out`;
        return [{ found, where: container.at(['env', i]) }];
      }),
    ),
);

function isSecret(name: string, value: string): boolean {
  return SECRET.test(name) || redactText(value) !== value;
}
