import { type Check, NotApplicable } from '../../check.js';
import { sessionStream } from '../../facts/client.js';
import type { End } from '../../facts/held-stream.js';
import { subscription } from '../../facts/subscription.js';
import { within } from '../../net/within.js';
import { secondsToHold } from '../../run/time.js';

export const quietStreamsStay: Check = {
  code: 'PMCP-D029',
  group: 'server',
  title: 'A stream on which nothing happens stays open.',
  why: 'A client holds a stream open for what the server tells it unasked: changed tools and resources, questions to the user, progress. A proxy that ends what is quiet loses all that is sent until the client has opened another one, and some clients open none.',
  cure: 'Let what is in front of the server wait longer on a quiet stream: `proxy_read_timeout 1h;` of nginx, `nginx.ingress.kubernetes.io/proxy-read-timeout: "3600"`, `timeout server 1h` of HAProxy, `timeout: 0s` of a route of Envoy, `idle_timeout` of a load balancer. Or let the server send a comment such as `: ping` more often than that.',
  needs: ['url'],
  rights: 'To hold one stream open, as each client does.',
  severity: 'fail',
  after: ['PMCP-D002', 'PMCP-D005', 'PMCP-D006'],
  async run(context) {
    const { url, ...settings } = context.settings;
    const { end } = (await context.get(subscription)) ?? (await context.get(sessionStream));
    const seen = await within(end, secondsToHold(settings) * 1_000);
    if (seen?.how === 'not offered') throw new NotApplicable('the server offers no stream beside requests');
    if (seen?.how !== 'cut') return [];
    return [{ found: `a stream of ${url!.href} ${told(seen)}` }];
  },
};

function told({ status, seconds, quiet }: Extract<End, { how: 'cut' }>): string {
  const what = status === undefined ? 'was cut off' : `was answered with ${status}`;
  return `${what} after ${seconds.toFixed(1)} s, ${quiet.toFixed(1)} s after its last byte: a proxy ended it, or the server broke off`;
}
