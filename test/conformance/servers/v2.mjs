/** A server of SDK v2 with all that the suite requires. `createMcpHandler` makes one for each request. */
import { createServer } from 'node:http';
import {
  localhostHostValidation,
  localhostOriginValidation,
  toNodeHandler,
} from '@modelcontextprotocol/node';
import {
  completable,
  createMcpHandler,
  fromJsonSchema,
  McpServer,
  ResourceTemplate,
} from '@modelcontextprotocol/server';
import { z } from 'zod';
import { RESOURCES, read, readTemplate, TEMPLATE } from './content.mjs';
import { modernTools } from './modern.mjs';
import { completions, prompts } from './prompts.mjs';
import { askingPrompt, rounds, states } from './rounds.mjs';
import { EXTENSION, serveTasks, taskTools } from './tasks.mjs';
import { tools } from './tools.mjs';
import { announce, observeHandler, observeServer } from './wiring.mjs';

completable(prompts.test_prompt_with_arguments.input.arg1, completions);

/**
 * Milliseconds to wait for an answer.
 * A server that only lives for one request never gets the client's answers.
 */
const timeout = 300;

const call = ({ mcpReq, http }) => ({
  notify: (method, params) => mcpReq.notify({ method, params }),
  ask: (method, params) => mcpReq.send({ method, params }, z.looseObject({}), { timeout }),
  progressToken: mcpReq._meta?.progressToken,
  closeStream: () => http?.closeSSE?.(),
});

function everything() {
  const options = {
    capabilities: {
      logging: {},
      extensions: { [EXTENSION]: {} },
      tools: { listChanged: true },
      prompts: { listChanged: true },
      resources: { subscribe: true, listChanged: true },
    },
    requestState: { verify: states.verify },
  };
  const server = observeServer(new McpServer({ name: 'everything-v2', version: '1.0.0' }, options));
  for (const [name, { input = {}, run }] of Object.entries(tools)) {
    const inputSchema = z.object(input);
    server.registerTool(name, { description: name, inputSchema }, (args, context) =>
      run(args, call(context)),
    );
  }
  for (const [name, { schema, run }] of Object.entries({
    ...rounds,
    ...taskTools,
    ...modernTools(notifier),
  })) {
    const inputSchema = fromJsonSchema(schema ?? { type: 'object', properties: {} });
    server.registerTool(name, { description: name, inputSchema }, (args, context) => run(context, args));
  }
  for (const [name, { input, run }] of Object.entries(prompts)) {
    const argsSchema = input && z.object(input);
    server.registerPrompt(name, { description: name, argsSchema }, (args) => run(args));
  }
  server.registerPrompt('test_input_required_result_prompt', { description: 'asks first' }, askingPrompt);
  for (const [uri, { mimeType }] of Object.entries(RESOURCES)) {
    server.registerResource(uri, uri, { description: uri, mimeType }, () => read(uri));
  }
  const template = new ResourceTemplate(TEMPLATE, { list: undefined });
  server.registerResource('template', template, { description: TEMPLATE }, (uri, { id }) =>
    readTemplate(uri.href, id),
  );
  serveTasks(server.server);
  return server;
}

const notifier = () => handler.notify;
const handler = observeHandler(createMcpHandler(everything));
const serve = toNodeHandler(handler);
const guards = [localhostHostValidation(), localhostOriginValidation()];

announce(
  createServer((request, response) => {
    if (guards.every((isAllowed) => isAllowed(request, response))) void serve(request, response);
  }),
);
