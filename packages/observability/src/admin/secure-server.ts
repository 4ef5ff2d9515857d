import type { RequestListener, Server, ServerOptions } from 'node:http';
import { createServer } from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout } from 'node:timers';
import type { Access } from './access/access.js';
import type { TlsPolicy } from './access/policy.js';

/** Milliseconds in which a client has to begin to speak TLS. */
const HANDSHAKE_MS = 5_000;
const LAST_WORDS_MS = 1_000;
const BAD_REQUEST = 'HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n';

/**
 * An HTTPS server whose certificate is the one that the files have when a client connects. Connections that are there already go on
 * as they began; what is asked of their requests is the business of the routes.
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
  // Of the handshake, and of what follows: OpenSSL tells of a signature that does not fit when it seems to be over.
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (isOfCertificate(error)) access.handshakeFailed();
    // Before it speaks TLS there is no end that would ever leave: the socket would stay for good.
    if (socket.writable && secured.has(socket)) lastWords(socket);
    else socket.destroy();
  });
  server.on('secureConnection', (socket) => secured.add(socket.unref()));
  // Those that Node has put there speak TLS with what connects; they wait until it is known with which certificate.
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

/** One that stops in the middle of TLS takes no words. */
function lastWords(socket: Duplex): void {
  setTimeout(() => socket.destroy(), LAST_WORDS_MS).unref();
  socket.end(BAD_REQUEST);
}

/** Where probes need no certificate, requests are refused one by one, and not the connection. */
function clientsOf({ clientAuth }: TlsPolicy, access: Access) {
  return {
    requestCert: clientAuth !== 'none',
    rejectUnauthorized: clientAuth === 'verified' && !access.openHealth,
  };
}

function isOfCertificate({ code = '' }: NodeJS.ErrnoException): boolean {
  return /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|^ERR_SSL_EVP_LIB/.test(code);
}
