import type { Check, Finding } from '../../check.js';
import { type Kind, RESOURCES } from '../../facts/kube/resources.js';
import { type Server, servers, WORKLOAD_KINDS } from '../../facts/kube/servers.js';

type Definition = Pick<Check, 'code' | 'title' | 'why' | 'cure' | 'severity'> &
  Partial<Pick<Check, 'after' | 'needs'>>;

/** Makes a check that asks the Kubernetes API. */
export function kubeCheck(
  { after = [], ...definition }: Definition & Pick<Check, 'run'>,
  kinds: readonly Kind[],
  more = '',
): Check {
  const listed = kinds.map((kind) => `\`${RESOURCES[kind][1]}\``).join(', ');
  return {
    group: 'kubernetes',
    needs: ['kube'],
    rights: `${listed && `To list ${listed}.`}${more && ` ${more}`}`.trim(),
    after: ['PMCP-D300', ...after],
    ...definition,
  };
}

/** Makes a check that looks at each observed server of the cluster. */
export function serverCheck(
  { after = [], ...definition }: Definition,
  find: (server: Server) => readonly Finding[],
): Check {
  return kubeCheck(
    {
      ...definition,
      after: ['PMCP-D303', ...after],
      run: async (context) => (await context.get(servers)).flatMap(find),
    },
    ['Pod', ...WORKLOAD_KINDS],
  );
}
