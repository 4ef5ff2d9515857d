/** The example's notes server as a child process with faults. Its parent sends `{ fault, on }`. */
import { McpServer } from '@modelcontextprotocol/server';
import { createObservability } from '@pmcp/observability';
import { handleNotes, listenForClients } from '../../../examples/notes/http.js';
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
const observability = createObservability({ health: { checks: [database] } });
await observability.listen();

const handle = handleNotes(observability);
listenForClients((request, response) => {
  if (faults.has('refused-token')) {
    request.resume();
    response.writeHead(401, { 'www-authenticate': 'Bearer error="invalid_token"' }).end();
    return;
  }
  handle(request, response);
}, observability);

/** Inserts the faults between the SDK and the tools, so that the example needs no code for them. */
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
