import type { Check } from '../../check.js';

type Definition = Pick<Check, 'code' | 'title' | 'why' | 'cure' | 'severity' | 'run'> &
  Partial<Pick<Check, 'after' | 'rights' | 'needs'>>;

/** Makes a check that asks only Prometheus. */
export function prometheusCheck(definition: Definition): Check {
  return {
    group: 'prometheus',
    needs: ['prometheus'],
    rights: 'GET of `/api/v1/query`.',
    after: ['PMCP-D100'],
    ...definition,
  };
}
