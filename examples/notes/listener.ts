import { readFileSync, watchFile } from 'node:fs';
import {
  createServer as createPlainServer,
  type Server as PlainServer,
  type RequestListener,
} from 'node:http';
import { createServer as createSecureServer, type Server as SecureServer } from 'node:https';

/** cert-manager renews a certificate hours before its end, so this is soon enough. */
const LOOK_MS = 5_000;

/**
 * Returns a server that speaks TLS if `TLS_CERT_FILE` and `TLS_KEY_FILE` name the files of a certificate. It takes new ones
 * without a restart.
 *
 * @param failed is told why new files can't be used; those before stay in use
 */
export function createListener(
  listener: RequestListener,
  failed: (error: unknown) => void,
): PlainServer | SecureServer {
  const { TLS_CERT_FILE: cert, TLS_KEY_FILE: key } = process.env;
  if (!cert || !key) return createPlainServer(listener);
  const files = () => ({ cert: readFileSync(cert), key: readFileSync(key) });
  const server = createSecureServer(files(), listener);
  watchFile(cert, { interval: LOOK_MS, persistent: false }, () => {
    try {
      server.setSecureContext(files());
    } catch (error) {
      failed(error);
    }
  });
  return server;
}
