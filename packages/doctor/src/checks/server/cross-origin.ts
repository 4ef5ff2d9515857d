import type { IncomingHttpHeaders } from 'node:http';
import type { Check } from '../../check.js';
import type { Fact } from '../../context.js';
import { connectedClient } from '../../facts/client.js';
import { authorities } from '../../facts/secrets.js';
import { ask } from '../../net/ask.js';

const STRANGER = 'https://pages.example';

export const pagesGetNoSession: Check = {
  code: 'PMCP-D026',
  group: 'server',
  title: 'Other web pages cannot read answers with the credentials of a visitor.',
  why: 'A server that repeats any `Origin` and allows credentials lets every page call tools as whoever is signed in there.',
  cure: 'Name the origins that may (`cors({ origin: ["https://app.example.com"] })`), and leave `credentials` off: tokens in the header `Authorization` do not need it.',
  needs: ['url'],
  rights: `A POST of \`ping\` with \`Origin: ${STRANGER}\`.`,
  severity: 'fail',
  after: ['PMCP-D002', 'PMCP-D025'],
  async run(context) {
    const url = context.settings.url!;
    const headers = await context.get(answeredToPage);
    const isAllowed =
      headers['access-control-allow-origin'] === STRANGER &&
      headers['access-control-allow-credentials'] === 'true';
    if (!isAllowed) return [];
    return [{ found: `${url.href} allows the page ${STRANGER} to send credentials, as it does any` }];
  },
};

export const pagesSeeTheirSession: Check = {
  code: 'PMCP-D028',
  group: 'server',
  title: 'Web pages that may call the server can read their session.',
  why: 'A browser hides every header of an answer that `Access-Control-Expose-Headers` does not name. Without `Mcp-Session-Id` a client in a page loses its session, and all its requests after the first are refused.',
  cure: 'Name the header where CORS is answered: `cors({ exposedHeaders: ["Mcp-Session-Id"] })`; in nginx `add_header Access-Control-Expose-Headers Mcp-Session-Id always`.',
  needs: ['url'],
  rights: `A POST of \`ping\` with \`Origin: ${STRANGER}\`.`,
  severity: 'warn',
  after: ['PMCP-D002', 'PMCP-D026'],
  async run(context) {
    const { transport } = await context.get(connectedClient);
    if (transport?.sessionId === undefined) return [];
    const headers = await context.get(answeredToPage);
    const pages = headers['access-control-allow-origin'];
    const exposed = (headers['access-control-expose-headers'] ?? '').toLowerCase().split(/\s*,\s*/);
    if (pages === undefined || exposed.includes('mcp-session-id') || exposed.includes('*')) return [];
    const { href } = context.settings.url!;
    return [{ found: `${href} lets pages of ${pages} call it, and hides Mcp-Session-Id from them` }];
  },
};

/** The headers of an answer to a page of another site. */
const answeredToPage: Fact<IncomingHttpHeaders> = async (context) => {
  const { headers } = await ask(context.settings.url!, {
    ca: authorities(context),
    ...context.limits,
    post: { jsonrpc: '2.0', id: 1, method: 'ping', params: {} },
    headers: { origin: STRANGER },
  });
  return headers;
};
