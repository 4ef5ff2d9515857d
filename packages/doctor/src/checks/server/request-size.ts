import type { Check } from '../../check.js';
import type { Context } from '../../context.js';
import { authorities, authorization } from '../../facts/secrets.js';
import { type Answer, ask } from '../../net/ask.js';

/** Less than what servers take unless told otherwise (100 kB with Express, 1 MB with nginx). */
const BYTES = 64 * 1_024;

export const longRequestsAreTaken: Check = {
  code: 'PMCP-D007',
  group: 'server',
  title: 'A request of 64 kB is taken.',
  why: 'Agents pass on whole documents as arguments. A gateway that takes less answers 413 in place of the server, which never sees the call, and counts nothing.',
  cure: 'Raise the limit of the gateway: `client_max_body_size 4m;` of nginx, `nginx.ingress.kubernetes.io/proxy-body-size: 4m`, or of the body parser of the server: `express.json({ limit: "4mb" })`.',
  needs: ['url'],
  rights: 'A POST of `ping` with 64 kB, and a short one.',
  severity: 'fail',
  after: ['PMCP-D002'],
  async run(context) {
    const { href } = context.settings.url!;
    const { status, headers } = await ping(context, BYTES);
    const by = headers.server === undefined ? '' : ` (${headers.server})`;
    if (status === 413) return [{ found: `${href} answers 413 to a request of 64 kB${by}` }];
    // What it answers to a short one too is no matter of the size.
    if (status < 500 || (await ping(context, 0)).status >= 500) return [];
    return [
      {
        found: `${href} answers ${status} to a request of 64 kB${by}, and takes a short one`,
        why: 'A proxy writes a long request into a file before it passes it on. Where it can write none, long requests fail, and the server never sees them.',
        cure: 'Look into the error log of the proxy. The folder of `client_body_temp_path` of nginx has to be writable for its workers, on a disk that is not full; with `proxy_request_buffering off;` it needs none.',
      },
    ];
  },
};

function ping(context: Context, bytes: number): Promise<Answer> {
  const params = { _meta: { 'pmcp-doctor/padding': 'x'.repeat(bytes) } };
  return ask(context.settings.url!, {
    ca: authorities(context),
    ...context.limits,
    headers: authorization(context, 'url'),
    post: { jsonrpc: '2.0', id: 1, method: 'ping', params },
  });
}
