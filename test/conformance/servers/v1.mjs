/** A server of SDK v1 with all that the suite requires, over Streamable HTTP with sessions, in Express. */
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { InMemoryEventStore } from '@modelcontextprotocol/sdk/examples/shared/inMemoryEventStore.js';
import { completable } from '@modelcontextprotocol/sdk/server/completable.js';
import { createMcpExpressApp } from '@modelcontextprotocol/sdk/server/express.js';
import { McpServer, ResourceTemplate } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import {
  isInitializeRequest,
  ResultSchema,
  SubscribeRequestSchema,
  UnsubscribeRequestSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { RESOURCES, read, readTemplate, TEMPLATE } from './content.mjs';
import { completions, prompts } from './prompts.mjs';
import { tools } from './tools.mjs';
import { announce, observeServer } from './wiring.mjs';

completable(prompts.test_prompt_with_arguments.input.arg1, completions);

const call = (extra) => ({
  notify: (method, params) => extra.sendNotification({ method, params }),
  ask: (method, params) => extra.sendRequest({ method, params }, ResultSchema.loose()),
  progressToken: extra._meta?.progressToken,
  closeStream: () => extra.closeSSEStream?.(),
});

function everything() {
  const capabilities = { logging: {}, resources: { subscribe: true, listChanged: true } };
  const server = observeServer(new McpServer({ name: 'everything-v1', version: '1.0.0' }, { capabilities }));
  for (const [name, { input = {}, run }] of Object.entries(tools)) {
    server.registerTool(name, { description: name, inputSchema: input }, (args, extra) =>
      run(args, call(extra)),
    );
  }
  for (const [name, { input, run }] of Object.entries(prompts)) {
    server.registerPrompt(name, { description: name, argsSchema: input }, (args) => run(args));
  }
  for (const [uri, { mimeType }] of Object.entries(RESOURCES)) {
    server.registerResource(uri, uri, { description: uri, mimeType }, () => read(uri));
  }
  const template = new ResourceTemplate(TEMPLATE, { list: undefined });
  server.registerResource('template', template, { description: TEMPLATE }, (uri, { id }) =>
    readTemplate(uri.href, id),
  );
  for (const schema of [SubscribeRequestSchema, UnsubscribeRequestSchema]) {
    server.server.setRequestHandler(schema, () => ({}));
  }
  return server;
}

const sessions = new Map();

async function opened() {
  const transport = new StreamableHTTPServerTransport({
    sessionIdGenerator: randomUUID,
    eventStore: new InMemoryEventStore(),
    retryInterval: 100,
    onsessioninitialized: (id) => sessions.set(id, transport),
    onsessionclosed: (id) => sessions.delete(id),
  });
  await everything().connect(transport);
  return transport;
}

const refusal = (code, message) => ({ jsonrpc: '2.0', id: null, error: { code, message } });

const app = createMcpExpressApp();
app.all('/mcp', async (request, response) => {
  const id = request.headers['mcp-session-id'];
  const isNew = id === undefined && isInitializeRequest(request.body);
  const transport = isNew ? await opened() : sessions.get(id);
  if (transport) await transport.handleRequest(request, response, request.body);
  else if (id === undefined) response.status(400).json(refusal(-32000, 'No session'));
  else response.status(404).json(refusal(-32001, 'Session not found'));
});

announce(createServer(app));
