import type { Check } from '../../check.js';

type Definition = Pick<Check, 'code' | 'title' | 'why' | 'cure' | 'severity' | 'rights' | 'run'> &
  Partial<Pick<Check, 'after' | 'needs'>>;

/** Makes a check that asks Grafana. A token with the role Viewer is enough for all of these checks. */
export function grafanaCheck(definition: Definition): Check {
  return { group: 'grafana', needs: ['grafana'], after: ['PMCP-D251'], ...definition };
}
