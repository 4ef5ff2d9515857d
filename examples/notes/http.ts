import type { RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'node:tls';
import { localhostOriginValidation, toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler, isLegacyRequest } from '@modelcontextprotocol/server';
import type { Observability } from '@pmcp/observability';
import { createListener } from './listener.js';
import { Notes } from './notes.js';
import { createNotesServer } from './server.js';
import { Sessions } from './sessions.js';

/** Answers requests of clients of every protocol. `observe` is called where servers are made. */
export function handleNotes({ observe, logger }: Observability): RequestListener {
  const notes = new Notes();
  const build = () => observe(createNotesServer(notes));
  const onerror = (err: Error) => logger.warn({ err }, 'request refused');
  const modern = createMcpHandler(build, { legacy: 'reject', onerror });
  const sessions = new Sessions(build);

  const serve = async (request: Request) =>
    ((await isLegacyRequest(request)) ? sessions : modern).fetch(request);
  const handle = toNodeHandler({ fetch: serve }, { onerror });
  // Pages in a browser can reach this port too. Only pages from this machine are allowed.
  const validateOrigin = localhostOriginValidation();

  return (request, response) => {
    if (!validateOrigin(request, response)) return;
    // The SDK's types do not support exactOptionalPropertyTypes, which this repository sets.
    void handle(request as Parameters<typeof handle>[0], response);
  };
}

/** Listens on `PORT` and `HOST`, over TLS if there is a certificate, and logs the address. */
export function listenForClients(listener: RequestListener, { logger }: Observability): void {
  const http = createListener(listener, (err) => logger.warn({ err }, 'the certificate before stays in use'));
  // Longer than clients and gateways keep an idle connection. If they close it first, no request is lost.
  http.keepAliveTimeout = 65_000;
  http.listen(Number(process.env.PORT ?? 3000), process.env.HOST ?? '127.0.0.1', () => {
    const { address, port } = http.address() as AddressInfo;
    logger.info(
      { url: `${http instanceof Server ? 'https' : 'http'}://${address}:${port}/mcp` },
      'notes server is up',
    );
  });
}
