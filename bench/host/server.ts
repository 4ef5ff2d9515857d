/** The notes server with the toolkit, whose settings a measurement can change: `node --import tsx server.ts '{"backlog":4096}'`. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler } from '@modelcontextprotocol/server';
import { createObservability } from '@pmcp/observability';
import { Notes } from '../../examples/notes/notes.js';
import { createNotesServer } from '../../examples/notes/server.js';

/** What a measurement changes. The rest is as in the example. */
export interface ServerSettings {
  readonly backlog?: number;
  readonly keepAliveTimeout?: number;
  /** After how much silence the kernel asks a client if it is still there. */
  readonly probeAfterMs?: number;
  /** How many streams the SDK opens. By default it refuses those above 1,024. */
  readonly maxSubscriptions?: number;
}

const {
  backlog = 511,
  keepAliveTimeout = 3_600_000,
  probeAfterMs,
  maxSubscriptions = 100_000,
}: ServerSettings = JSON.parse(process.argv[2] ?? '{}');
const observability = createObservability({ metrics: { port: 0 } });
const admin = await observability.listen();
const notes = new Notes();
const mcp = toNodeHandler(
  createMcpHandler(() => observability.observe(createNotesServer(notes)), { maxSubscriptions }),
);
// Other paths cost next to nothing, so that a measurement of connections is not one of calls.
const http = createServer(
  probeAfterMs === undefined ? {} : { keepAlive: true, keepAliveInitialDelay: probeAfterMs },
  (request, response) =>
    // The types of the SDK do not support exactOptionalPropertyTypes, which this repository sets.
    request.url === '/mcp'
      ? void mcp(request as Parameters<typeof mcp>[0], response)
      : response.writeHead(404).end(),
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
