import { fits, type Selector } from '../../facts/kube/selector.js';
import { type Manifest, type Path, valueAt } from '../../facts/manifests.js';
import { objectCheck } from './define.js';

const SELECTORS: Readonly<Record<string, Path>> = {
  Service: ['spec', 'selector'],
  PodDisruptionBudget: ['spec', 'selector', 'matchLabels'],
  NetworkPolicy: ['spec', 'podSelector', 'matchLabels'],
};

export const objectsAreTogether = objectCheck(
  {
    code: 'PMCP-D099',
    title: 'The objects of a server are in its namespace.',
    why: 'A Service, a budget or a policy selects pods of its own namespace only: in another one it does nothing, and says nothing.',
    cure: 'Give all of them the same `metadata.namespace`.',
    severity: 'fail',
  },
  Object.keys(SELECTORS),
  (manifest, servers, all) => {
    const matchLabels = valueAt(manifest.content, SELECTORS[manifest.kind]!) as Selector['matchLabels'];
    const namespace = namespaceOf(manifest);
    // A kustomization may put all of them into one.
    if (!matchLabels || !namespace || all.some(({ kind }) => kind === 'Kustomization')) return [];
    const selected = servers.filter(({ labels }) => fits({ matchLabels }, labels));
    const [meant] = selected.filter((server) => server.manifest.name === manifest.name);
    const isPlaced = all.some((one) => {
      const labels = valueAt(one.content, ['spec', 'template', 'metadata', 'labels']);
      const isHere = [undefined, namespace].includes(namespaceOf(one));
      return labels !== undefined && isHere && fits({ matchLabels }, labels as Selector['matchLabels']);
    });
    if (meant === undefined || isPlaced) return [];
    const found = `${manifest.kind} ${manifest.name} is in namespace ${namespace}, and ${meant.title} in ${namespaceOf(meant.manifest)}`;
    return [{ found, where: manifest.at(['metadata', 'namespace']) }];
  },
);

function namespaceOf({ content }: Manifest): string | undefined {
  return valueAt(content, ['metadata', 'namespace']) as string | undefined;
}
