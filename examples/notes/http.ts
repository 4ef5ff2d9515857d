import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { localhostOriginValidation, toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler, isLegacyRequest } from '@modelcontextprotocol/server';
import type { Observability } from '@pmcp/observability';
import { Notes } from './notes.js';
import { createNotesServer } from './server.js';
import { Sessions } from './sessions.js';

/** Answers requests of clients of every protocol; `observe` is called where servers are made. */
export function handleNotes({ observe, logger }: Observability): RequestListener {
  const notes = new Notes();
  const build = () => observe(createNotesServer(notes));
  const onerror = (err: Error) => logger.warn({ err }, 'request refused');
  const modern = createMcpHandler(build, { legacy: 'reject', onerror });
  const sessions = new Sessions(build);

  const serve = async (request: Request) =>
    ((await isLegacyRequest(request)) ? sessions : modern).fetch(request);
  const handle = toNodeHandler({ fetch: serve }, { onerror });
  // A page in a browser may reach this port too; only those that were served from this machine should.
  const validateOrigin = localhostOriginValidation();

  return (request, response) => {
    if (!validateOrigin(request, response)) return;
    // The cast is for this repository's exactOptionalPropertyTypes, which the SDK's types don't know.
    void handle(request as Parameters<typeof handle>[0], response);
  };
}

/** Listens where `PORT` and `HOST` say, and says so in the log. */
export function listenForClients(listener: RequestListener, { logger }: Observability): void {
  const http = createServer(listener);
  // Longer than clients and gateways keep an idle connection: who closes first loses no request that is on its way.
  http.keepAliveTimeout = 65_000;
  http.listen(Number(process.env.PORT ?? 3000), process.env.HOST ?? '127.0.0.1', () => {
    const { address, port } = http.address() as AddressInfo;
    logger.info({ url: `http://${address}:${port}/mcp` }, 'notes server is up');
  });
}
