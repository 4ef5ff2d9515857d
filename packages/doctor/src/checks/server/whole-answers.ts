import type { Check } from '../../check.js';
import { firstCall, StreamCut } from '../../facts/client.js';

export const answersAreWhole: Check = {
  code: 'PMCP-D006',
  group: 'server',
  title: 'The answer to a call arrives, also where it takes its time.',
  why: 'A proxy that ends what is silent for a while cuts off each call that takes longer. The server counts it as answered, and the client waits until it gives up.',
  cure: 'Let the proxy wait as long as the longest call: `proxy_read_timeout 300s;` of nginx, `nginx.ingress.kubernetes.io/proxy-read-timeout: "300"`, `timeout server 300s` of HAProxy, `idle_timeout` of a load balancer. A tool that sends progress is not silent.',
  needs: ['url'],
  rights: 'One call of a tool that only reads (`readOnlyHint`) or that `--tool` names, else of `tools/list`.',
  severity: 'fail',
  after: ['PMCP-D002', 'PMCP-D005'],
  async run(context) {
    try {
      await context.get(firstCall);
    } catch (error) {
      if (!(error instanceof StreamCut)) return [];
      const { tool, seconds } = error;
      return [
        {
          found: `the answer to a call of ${tool} was cut off after ${seconds.toFixed(1)} s: a proxy ended the stream, or the server did`,
        },
      ];
    }
    return [];
  },
};
