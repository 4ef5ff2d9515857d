/** The notes server with the toolkit, whose settings a measurement can change: `node --import tsx server.ts '{"backlog":4096}'`. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createObservability } from '@pmcp/observability';
import { handleNotes } from '../../examples/notes/http.js';

/** What a measurement changes. The rest is as in the example. */
export interface ServerSettings {
  readonly backlog?: number;
  readonly keepAliveTimeout?: number;
  /** After how much silence the kernel asks a client if it is still there. */
  readonly probeAfterMs?: number;
}

const {
  backlog = 511,
  keepAliveTimeout = 3_600_000,
  probeAfterMs,
}: ServerSettings = JSON.parse(process.argv[2] ?? '{}');
const observability = createObservability({ metrics: { port: 0 } });
const admin = await observability.listen();
const mcp = handleNotes(observability);
// Other paths cost next to nothing, so that a measurement of connections is not one of calls.
const http = createServer(
  probeAfterMs === undefined ? {} : { keepAlive: true, keepAliveInitialDelay: probeAfterMs },
  (request, response) => (request.url === '/mcp' ? mcp(request, response) : response.writeHead(404).end()),
);
http.keepAliveTimeout = keepAliveTimeout;
http.listen({ port: 0, host: '0.0.0.0', backlog }, () => {
  process.send?.({ port: (http.address() as AddressInfo).port, admin: admin?.port });
});
// The parent may wish that nothing is accepted for a while, as when a tool computes.
process.on('message', ({ busyMs }: { busyMs: number }) => {
  const end = performance.now() + busyMs;
  process.send?.('busy');
  setImmediate(() => {
    while (performance.now() < end);
  });
});
process.on('disconnect', () => process.exit());
