import { MCPServer, MCPTool } from 'mcp-framework';
import { z } from 'zod';
import { add, fail, host, port } from './wired.mjs';

class Add extends MCPTool {
  name = 'add';
  description = 'Adds.';
  schema = z.object({ a: z.number().describe('one'), b: z.number().describe('another') });
  execute = async (sum) => add(sum);
}

class Fail extends MCPTool {
  name = 'fail';
  description = 'Fails.';
  schema = z.object({});
  execute = async () => fail();
}

const server = new MCPServer({
  name: 'shop',
  version: '1.0.0',
  transport: { type: 'http-stream', options: { port, host, endpoint: '/mcp' } },
});
server.addTool(Add);
server.addTool(Fail);
await server.start();
