import type { Fact } from '../context.js';
import { connectedClient } from './client.js';
import { askedTwice, type HeldStream, hold } from './held-stream.js';
import { authorization, fetchOf } from './secrets.js';

const META = 'io.modelcontextprotocol';

/** A stream of `subscriptions/listen`, held open until all checks have ended. Undefined with a protocol that has none. */
export const subscription: Fact<HeldStream | undefined> = async (context) => {
  const client = await context.get(connectedClient);
  if (client.getProtocolEra() !== 'modern') return undefined;
  const version = client.getNegotiatedProtocolVersion() ?? '';
  const leave = new AbortController();
  context.onEnd(async () => leave.abort());
  const ask = () =>
    fetchOf(context)(context.settings.url!, {
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
  return hold(askedTwice(ask));
};

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
