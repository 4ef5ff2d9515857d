import type { Check } from '../../check.js';

type Definition = Pick<Check, 'code' | 'title' | 'why' | 'cure' | 'severity' | 'rights' | 'run'> &
  Partial<Pick<Check, 'after' | 'needs'>>;

/** A check that asks Grafana. A token of the role Viewer is enough for all of them. */
export function grafanaCheck(definition: Definition): Check {
  return { group: 'grafana', needs: ['grafana'], after: ['PMCP-D251'], ...definition };
}
