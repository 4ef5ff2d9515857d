import type { ServersAccess } from '../scrape/options.js';

const DEFAULT_SECRET = 'pmcp-scrape';

/**
 * Returns how the operator's Prometheus authenticates to targets. Secrets are references to keys of a Secret.
 */
export function accessBySecret({
  tls,
  bearerTokenFile,
  basicAuth,
  secret = DEFAULT_SECRET,
}: ServersAccess = {}) {
  const key = (name: string) => ({ name: secret, key: name });
  return {
    ...(tls && {
      tlsConfig: {
        ...(tls.caFile && { ca: { secret: key('ca.crt') } }),
        ...(tls.certFile && { cert: { secret: key('tls.crt') }, keySecret: key('tls.key') }),
        ...(tls.serverName && { serverName: tls.serverName }),
      },
    }),
    ...(bearerTokenFile && { authorization: { credentials: key('token') } }),
    ...(basicAuth && { basicAuth: { username: key('username'), password: key('password') } }),
  };
}
