import type { Finding } from '../../check.js';
import type { Context } from '../../context.js';
import { askApi } from '../../facts/kube/api.js';
import { allowed } from '../../facts/kube/objects.js';
import { type Server, servers, WORKLOAD_KINDS } from '../../facts/kube/servers.js';
import { kubeCheck } from './define.js';

interface Review {
  readonly status?: { readonly allowed?: boolean };
}

/** Identities that stand for everybody. Any other identity was given its right by name. */
const EVERYBODY = [
  ['everybody, signed in or not,', { user: 'system:anonymous', groups: ['system:unauthenticated'] }],
  ['everybody who is signed in', { user: 'pmcp-doctor-nobody', groups: ['system:authenticated'] }],
  [
    'every pod of the cluster',
    {
      user: 'system:serviceaccount:default:pmcp-doctor-nobody',
      groups: ['system:serviceaccounts', 'system:authenticated'],
    },
  ],
] as const;

export const secretsAreNotForEverybody = kubeCheck(
  {
    code: 'PMCP-D323',
    title: 'Secrets of the servers, such as the token of the admin port, are not for everybody.',
    why: 'Who has the token reads the metrics, and who has the keys of the server is the server.',
    cure: 'Find the binding for a group such as `system:authenticated` or `system:serviceaccounts`, and remove it: `kubectl get rolebindings,clusterrolebindings --all-namespaces --output wide`. Then change the Secret: it is known.',
    severity: 'fail',
    after: ['PMCP-D303'],
    async run(context) {
      const findings = (await context.get(servers)).flatMap((server) =>
        secretsOf(server).map((name) => readers(context, server, name)),
      );
      return (await Promise.all(findings)).flat();
    },
  },
  ['Pod', ...WORKLOAD_KINDS],
  'To create `localsubjectaccessreviews`, which ask who may, and read no Secret.',
);

async function readers(context: Context, { object, workload }: Server, name: string): Promise<Finding[]> {
  const { namespace } = object.metadata;
  for (const [who, subject] of EVERYBODY) {
    const answer = await askApi(
      context,
      `/apis/authorization.k8s.io/v1/namespaces/${namespace}/localsubjectaccessreviews`,
      {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'LocalSubjectAccessReview',
        metadata: { namespace },
        spec: { ...subject, resourceAttributes: { namespace, verb: 'get', resource: 'secrets', name } },
      },
    );
    const right = `create localsubjectaccessreviews.authorization.k8s.io in namespace ${namespace}`;
    if (allowed<Review>(answer, right).status?.allowed)
      return [
        { found: `${who} may read Secret ${name} of ${workload.title}`, where: workload.manifest.at() },
      ];
  }
  return [];
}

interface Reference {
  readonly name?: string;
}

/** Returns the names of the Secrets that the server's containers read through variables and volumes. */
function secretsOf({ workload: { pod, containers } }: Server): string[] {
  const variables = containers.flatMap(({ spec }) => [
    ...((spec.env ?? []) as readonly { readonly valueFrom?: { readonly secretKeyRef?: Reference } }[]).map(
      ({ valueFrom }) => valueFrom?.secretKeyRef?.name,
    ),
    ...((spec as { readonly envFrom?: readonly { readonly secretRef?: Reference }[] }).envFrom ?? []).map(
      ({ secretRef }) => secretRef?.name,
    ),
  ]);
  const volumes = ((pod.volumes ?? []) as readonly Volume[]).flatMap(({ secret, projected }) => [
    secret?.secretName,
    ...(projected?.sources ?? []).map((source) => source.secret?.name),
  ]);
  return [...new Set([...variables, ...volumes])].filter((name) => name !== undefined);
}

interface Volume {
  readonly secret?: { readonly secretName?: string };
  readonly projected?: { readonly sources?: readonly { readonly secret?: Reference }[] };
}
