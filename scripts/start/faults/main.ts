/** The notes server of the example, as a child that can be told to fail: it takes `{ fault, on }` from its parent. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { localhostOriginValidation, toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler, isLegacyRequest, McpServer } from '@modelcontextprotocol/server';
import { createObservability } from '@pmcp/observability';
import { Notes } from '../../../examples/notes/notes.js';
import { createNotesServer } from '../../../examples/notes/server.js';
import { Sessions } from '../../../examples/notes/sessions.js';
import { type FaultName, Faults } from './faults.js';

const faults = new Faults();
process.on('message', ({ fault, on }: { fault: FaultName; on: boolean }) => faults.set(fault, on));

strikeBeforeTools();
const database = {
  name: 'database',
  run() {
    if (faults.has('dead-database')) throw new Error('connection refused');
  },
};
const { observe, listen, logger } = createObservability({ health: { checks: [database] } });
await listen();

const notes = new Notes();
const build = () => observe(createNotesServer(notes));
const onerror = (err: Error) => logger.warn({ err }, 'request refused');
const modern = createMcpHandler(build, { legacy: 'reject', onerror });
const sessions = new Sessions(build);
const serve = async (request: Request) =>
  ((await isLegacyRequest(request)) ? sessions : modern).fetch(request);
const handle = toNodeHandler({ fetch: serve }, { onerror });
const validateOrigin = localhostOriginValidation();

const http = createServer((request, response) => {
  if (!validateOrigin(request, response)) return;
  if (faults.has('refused-token')) {
    request.resume();
    response.writeHead(401, { 'www-authenticate': 'Bearer error="invalid_token"' }).end();
    return;
  }
  void handle(request as Parameters<typeof handle>[0], response);
});
http.keepAliveTimeout = 65_000;
http.listen(Number(process.env.PORT), process.env.HOST, () => {
  const { address, port } = http.address() as AddressInfo;
  logger.info({ url: `http://${address}:${port}/mcp` }, 'notes server is up');
});

/** The example knows nothing of faults: they go between the SDK and its tools. */
function strikeBeforeTools(): void {
  const { prototype } = McpServer as unknown as { prototype: { registerTool: Register } };
  const { registerTool } = prototype;
  prototype.registerTool = function register(name, config, handler) {
    return registerTool.call(this, name, config, async (...args) => {
      await faults.strike(name);
      return handler(...args);
    });
  };
}

type Handler = (...args: readonly unknown[]) => unknown;
type Register = (this: unknown, name: string, config: unknown, handler: Handler) => unknown;
