import type { Check } from '../../check.js';
import type { Context } from '../../context.js';
import { connectedClient } from '../../facts/client.js';
import { authorities, authorization } from '../../facts/secrets.js';
import { fetchWith } from '../../net/fetch.js';

/** Milliseconds in which the first event of a stream should arrive. */
const PATIENCE_MS = 4_000;
const META = 'io.modelcontextprotocol';

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
    const client = await context.get(connectedClient);
    if (client.getProtocolEra() !== 'modern') return [];
    const begin = performance.now();
    if (await firstByte(context, client.getNegotiatedProtocolVersion() ?? '')) return [];
    const seconds = Math.round((performance.now() - begin) / 1_000);
    const { href } = context.settings.url!;
    return [
      { found: `of a stream of ${href} nothing arrived in ${seconds} s, expected its first event at once` },
    ];
  },
};

/** Tells whether an event or any other answer arrives in time. An answer without a stream counts as well. */
async function firstByte(context: Context, version: string): Promise<boolean> {
  const leave = new AbortController();
  const timer = setTimeout(() => leave.abort(), PATIENCE_MS);
  const ca = authorities(context);
  try {
    const response = await (ca ? fetchWith(ca) : fetch)(context.settings.url!, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        'mcp-protocol-version': version,
        'mcp-method': 'subscriptions/listen',
        ...authorization(context, 'url'),
      },
      body: JSON.stringify(listen(version)),
      signal: leave.signal,
    });
    await response.body?.getReader().read();
    return true;
  } catch (error) {
    if (leave.signal.aborted) return false;
    throw error;
  } finally {
    clearTimeout(timer);
    leave.abort();
  }
}

function listen(version: string): object {
  return {
    jsonrpc: '2.0',
    id: 1,
    method: 'subscriptions/listen',
    params: {
      notifications: { toolsListChanged: true },
      _meta: {
        [`${META}/protocolVersion`]: version,
        [`${META}/clientInfo`]: { name: 'pmcp-doctor', version: '1' },
        [`${META}/clientCapabilities`]: {},
      },
    },
  };
}
