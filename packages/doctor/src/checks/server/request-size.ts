import type { Check } from '../../check.js';
import { authorities, authorization } from '../../facts/secrets.js';
import { ask } from '../../net/ask.js';

/** Less than what servers take unless told otherwise (100 kB with Express, 1 MB with nginx). */
const BYTES = 64 * 1_024;

export const longRequestsAreTaken: Check = {
  code: 'PMCP-D007',
  group: 'server',
  title: 'A request of 64 kB is taken.',
  why: 'Agents pass on whole documents as arguments. A gateway that takes less answers 413 in place of the server, which never sees the call, and counts nothing.',
  cure: 'Raise the limit of the gateway: `client_max_body_size 4m;` of nginx, `nginx.ingress.kubernetes.io/proxy-body-size: 4m`, or of the body parser of the server: `express.json({ limit: "4mb" })`.',
  needs: ['url'],
  rights: 'A POST of `ping` with 64 kB.',
  severity: 'fail',
  after: ['PMCP-D002'],
  async run(context) {
    const url = context.settings.url!;
    const params = { _meta: { 'pmcp-doctor/padding': 'x'.repeat(BYTES) } };
    const { status, headers } = await ask(url, {
      ca: authorities(context),
      signal: context.signal,
      headers: authorization(context, 'url'),
      post: { jsonrpc: '2.0', id: 1, method: 'ping', params },
    });
    if (status !== 413) return [];
    const by = headers.server === undefined ? '' : ` (${headers.server})`;
    return [{ found: `${url.href} answers 413 to a request of 64 kB${by}` }];
  },
};
