import type { Check, Finding } from '../check.js';
import { metricsPage } from '../facts/metrics-page.js';
import type { Sample } from '../facts/samples.js';

/** Makes a check that reads the samples of the metrics page. */
export function pageCheck(
  definition: Pick<Check, 'code' | 'group' | 'title' | 'why' | 'cure' | 'severity'>,
  find: (samples: readonly Sample[]) => readonly Finding[],
): Check {
  return {
    ...definition,
    needs: [['url', 'admin']],
    rights: 'GET of `/metrics` on the admin port.',
    after: ['PMCP-D011'],
    run: async (context) => find((await context.get(metricsPage)).samples),
  };
}
