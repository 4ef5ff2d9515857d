import type { Check } from '../../check.js';
import { countedCall } from '../../facts/counted.js';

export const callIsCounted: Check = {
  code: 'PMCP-D012',
  group: 'server',
  title: 'The metrics page counts a call that is made now.',
  why: 'A page may belong to another process, or to a server of which only a part is observed: its numbers are right and tell nothing about your clients.',
  cure: 'Observe every server that is made, also those that are made per request, and let all processes share one port (docs/servers.md). `--admin` has to name the server that `--url` reaches.',
  needs: ['url'],
  rights:
    'Two calls of a tool that only reads (`readOnlyHint`) or that `--tool` names, else of `tools/list`; GET of `/metrics`.',
  severity: 'fail',
  after: ['PMCP-D002', 'PMCP-D011', 'PMCP-D008'],
  async run(context) {
    const { call, before, after } = await context.get(countedCall);
    if (after > before) return [];
    const what = call.name === '' ? call.method : `${call.method} ${call.name}`;
    return [
      {
        found: `a call of ${what} was answered, and pmcp_requests_total for it stayed at ${before} on the page`,
      },
    ];
  },
};
