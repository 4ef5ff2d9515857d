import type { RequestListener, Server, ServerOptions } from 'node:http';
import { createServer } from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout } from 'node:timers';
import type { Access } from './access/access.js';
import type { TlsPolicy } from './access/policy.js';

/** Milliseconds within which a client must start TLS. */
const HANDSHAKE_MS = 5_000;
const LAST_WORDS_MS = 1_000;
const BAD_REQUEST = 'HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n';

/**
 * An HTTPS server that uses the certificate that the files contain when a client connects. Open connections continue with their
 * certificate. The routes decide about their requests.
 */
export function createSecureServer(
  tls: TlsPolicy,
  access: Access,
  limits: ServerOptions,
  listener: RequestListener,
): Server {
  const server = createServer(
    { ...limits, ...tls.context, ...clientsOf(tls, access), handshakeTimeout: HANDSHAKE_MS },
    listener,
  );
  const secured = new WeakSet<object>();
  // During the handshake and after it: OpenSSL reports a wrong signature when the handshake already seems complete.
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (isOfCertificate(error)) access.handshakeFailed();
    // Before TLS starts, an end would never be sent, and the socket would stay open for good.
    if (socket.writable && secured.has(socket)) lastWords(socket);
    else socket.destroy();
  });
  server.on('secureConnection', (socket) => secured.add(socket.unref()));
  // Node's own listeners start TLS. They wait until the certificate is known.
  const accept = server.listeners('connection');
  server.removeAllListeners('connection');
  let used = tls;
  server.on('connection', async (socket: Socket) => {
    socket.on('error', () => {});
    const latest = await access.policy().then(
      (policy) => policy.tls,
      () => undefined,
    );
    if (latest !== undefined && latest !== used) {
      server.setSecureContext(latest.context);
      Object.assign(server, clientsOf(latest, access));
      used = latest;
    }
    if (socket.destroyed) return;
    for (const one of accept) Reflect.apply(one, server, [socket]);
  });
  return server;
}

/** A socket that fails during TLS can get no answer. */
function lastWords(socket: Duplex): void {
  setTimeout(() => socket.destroy(), LAST_WORDS_MS).unref();
  socket.end(BAD_REQUEST);
}

/** If probes need no certificate, requests are rejected one by one, not the connection. */
function clientsOf({ clientAuth }: TlsPolicy, access: Access) {
  return {
    requestCert: clientAuth !== 'none',
    rejectUnauthorized: clientAuth === 'verified' && !access.openHealth,
  };
}

function isOfCertificate({ code = '' }: NodeJS.ErrnoException): boolean {
  return /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|^ERR_SSL_EVP_LIB/.test(code);
}
