import type { Check } from '../../check.js';

type Definition = Pick<Check, 'code' | 'title' | 'why' | 'cure' | 'severity' | 'run'> &
  Partial<Pick<Check, 'after' | 'needs' | 'rights'>>;

/** Makes a check that asks Alertmanager. */
export function alertmanagerCheck(definition: Definition): Check {
  return {
    group: 'alertmanager',
    needs: ['alertmanager'],
    rights: 'GET of `/api/v2/status` and `/api/v2/silences`.',
    after: ['PMCP-D200'],
    ...definition,
  };
}
