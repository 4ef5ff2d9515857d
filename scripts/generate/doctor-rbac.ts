import { rules } from '../../packages/doctor/src/facts/kube/resources.js';
import { toYaml } from '../../prometheus/yaml.js';

const NAME = 'pmcp-doctor';
const RBAC = 'rbac.authorization.k8s.io';
/** The namespaces of the example server and of its monitoring. */
const NAMESPACES = ['notes', 'monitoring'];

/**
 * examples/kubernetes/doctor/rbac.yaml:
 * the smallest rights that the cluster's checks need, in these namespaces only.
 */
export function doctorRbac(): string {
  const role = {
    apiVersion: `${RBAC}/v1`,
    kind: 'ClusterRole',
    metadata: { name: NAME },
    rules: rules(),
  };
  const bindings = NAMESPACES.map((namespace) => ({
    apiVersion: `${RBAC}/v1`,
    kind: 'RoleBinding',
    metadata: { name: NAME, namespace },
    roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: NAME },
    subjects: [{ kind: 'ServiceAccount', name: NAME, namespace: NAMESPACES[0] }],
  }));
  return [
    '# Generated from the checks of the doctor by `npm run generate`: all that they ask for, and no Secret. One RoleBinding for',
    '# each namespace that `--namespace` names; a ClusterRoleBinding in their place lets it look into all.',
    [role, ...bindings].map((object) => toYaml(object)).join('---\n'),
  ].join('\n');
}
