import type { Check } from '../../check.js';
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
    const { headers } = await ask(url, {
      ca: authorities(context),
      signal: context.signal,
      post: { jsonrpc: '2.0', id: 1, method: 'ping', params: {} },
      headers: { origin: STRANGER },
    });
    const isAllowed =
      headers['access-control-allow-origin'] === STRANGER &&
      headers['access-control-allow-credentials'] === 'true';
    if (!isAllowed) return [];
    return [{ found: `${url.href} allows the page ${STRANGER} to send credentials, as it does any` }];
  },
};
