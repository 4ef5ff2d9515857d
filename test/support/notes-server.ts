import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createObservability, type Observability, type Options } from '@pmcp/observability';
import { handleNotes } from '../../examples/notes/http.js';

/** The example's notes server in this process. */
export interface NotesServer {
  readonly url: URL;
  readonly admin: URL;
  close(): Promise<void>;
}

/** @param prepare prepares the toolkit before the first request */
export async function startNotes(
  options: Options = {},
  prepare: (observability: Observability) => void = () => {},
): Promise<NotesServer> {
  const observability = createObservability({ metrics: { port: 0 }, log: { level: 'silent' }, ...options });
  prepare(observability);
  const { port } = (await observability.listen())!;
  const served = await serve(handleNotes(observability));
  return {
    url: new URL('/mcp', served.url),
    admin: new URL(`http://127.0.0.1:${port}`),
    async close() {
      await served.close();
      await observability.shutdown();
    },
  };
}

/** Starts any HTTP server on a free port of loopback. */
export async function serve(
  listener: RequestListener,
): Promise<{ readonly url: URL; close(): Promise<void> }> {
  const http = createServer(listener).listen(0, '127.0.0.1');
  await once(http, 'listening');
  return {
    url: new URL(`http://127.0.0.1:${(http.address() as AddressInfo).port}`),
    async close() {
      http.close();
      http.closeAllConnections();
    },
  };
}
