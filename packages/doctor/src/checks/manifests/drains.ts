import type { Selector } from '../../facts/kube/selector.js';
import { fits } from '../../facts/kube/selector.js';
import { valueAt } from '../../facts/manifests.js';
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
  (manifest, servers) => {
    const { selector, maxUnavailable, minAvailable } = (valueAt(manifest.content, ['spec']) ?? {}) as Budget;
    const isOurs = servers.some(({ labels }) => fits(selector, labels));
    // In a cluster another check knows how many pods may go.
    if (!isOurs || manifest.namespace !== undefined) return [];
    const key = /^0%?$/.test(String(maxUnavailable))
      ? 'maxUnavailable'
      : String(minAvailable) === '100%'
        ? 'minAvailable'
        : undefined;
    if (key === undefined) return [];
    const found = `PodDisruptionBudget ${manifest.name} has ${key}: ${key === 'minAvailable' ? minAvailable : maxUnavailable}, which lets no pod go`;
    return [{ found, where: manifest.at(['spec', key]) }];
  },
);

interface Budget {
  readonly selector?: Selector;
  readonly maxUnavailable?: string | number;
  readonly minAvailable?: string | number;
}
