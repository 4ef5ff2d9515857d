import type { Check } from '../../check.js';
import { subscription } from '../../facts/subscription.js';
import { within } from '../../net/within.js';

/** Milliseconds in which the first event of a stream should arrive. */
const PATIENCE_MS = 4_000;

export const streamsFlow: Check = {
  code: 'PMCP-D005',
  group: 'server',
  title: 'Events arrive when they are sent.',
  why: 'A proxy that collects an answer before it passes it on holds back progress, notifications and questions to the user: calls seem to hang, and end with a timeout.',
  cure: 'Switch buffering off in the proxy: `proxy_buffering off;` of nginx, `nginx.ingress.kubernetes.io/proxy-buffering: "off"`, `flush_interval -1` of Caddy; and no compression of `text/event-stream`.',
  needs: ['url'],
  rights: 'To open one stream of `subscriptions/listen`, for a moment; with protocol 2026-07-28 only.',
  severity: 'fail',
  after: ['PMCP-D002'],
  async run(context) {
    const stream = await context.get(subscription);
    if (stream === undefined) return [];
    const begin = performance.now();
    if (
      await within(
        stream.first.then(() => true),
        PATIENCE_MS * context.limits.patience,
      )
    )
      return [];
    const seconds = Math.round((performance.now() - begin) / 1_000);
    const { href } = context.settings.url!;
    return [
      { found: `of a stream of ${href} nothing arrived in ${seconds} s, expected its first event at once` },
    ];
  },
};
