import { completable } from '@modelcontextprotocol/sdk/server/completable.js';
import { McpServer, ResourceTemplate } from '@modelcontextprotocol/sdk/server/mcp.js';
import type { RequestHandlerExtra } from '@modelcontextprotocol/sdk/shared/protocol.js';
import type { ServerNotification, ServerRequest } from '@modelcontextprotocol/sdk/types.js';
import { z } from 'zod';
import {
  type Call,
  completions,
  greeting,
  NOTE,
  type Question,
  questions,
  readNote,
  text,
  tools,
} from './tools.js';
import { registerTaskTool, taskCapabilities, taskStore } from './v1-tasks.js';

type Extra = RequestHandlerExtra<ServerRequest, ServerNotification>;
type Args = Record<string, unknown>;

const INFO = { name: 'scenarios', version: '1.0.0' };

export function call({ requestId, requestInfo, _meta, sendNotification }: Extra): Call {
  return {
    id: requestId,
    header: (name) => requestInfo?.headers[name],
    progress: (progress) =>
      sendNotification({
        method: 'notifications/progress',
        params: { progressToken: _meta?.progressToken ?? requestId, progress },
      }),
  };
}

/** SDK v1 asks its client during the call. */
export async function ask(question: Question, extra: Extra) {
  const answer = await extra.sendRequest(question as unknown as ServerRequest, z.looseObject({}));
  return text(JSON.stringify(answer));
}

const name = completable(z.string(), completions);
const template = () => new ResourceTemplate(NOTE.template, { list: undefined });

/** A server of SDK v1, registered as in its documentation. */
export function v1Server(): McpServer {
  const server = new McpServer(INFO, { capabilities: { logging: {}, ...taskCapabilities }, taskStore });
  registerTaskTool(server);
  for (const [name, { description, input: inputSchema, run }] of Object.entries(tools)) {
    server.registerTool(name, { description, inputSchema }, (args: Args, extra: Extra) =>
      run(args, call(extra)),
    );
  }
  for (const [name, question] of Object.entries(questions)) {
    server.registerTool(name, {}, (extra: Extra) => ask(question, extra));
  }
  server.registerPrompt('greet', { argsSchema: { name } }, ({ name }) => greeting(name));
  server.registerResource(NOTE.name, NOTE.uri, {}, (uri) => readNote(uri.href));
  server.registerResource('notes', template(), {}, (uri) => readNote(uri.href));
  return server;
}

/** The same with the methods of earlier releases, which many servers still use. */
export function v1LegacyServer(): McpServer {
  const server = new McpServer(INFO, { capabilities: { logging: {}, ...taskCapabilities }, taskStore });
  registerTaskTool(server);
  for (const [name, { description, input, run }] of Object.entries(tools)) {
    server.tool(name, description, input, (args: Args, extra: Extra) => run(args, call(extra)));
  }
  for (const [name, question] of Object.entries(questions)) {
    server.tool(name, (extra: Extra) => ask(question, extra));
  }
  server.prompt('greet', { name }, ({ name }) => greeting(name));
  server.resource(NOTE.name, NOTE.uri, (uri) => readNote(uri.href));
  server.resource('notes', template(), (uri) => readNote(uri.href));
  return server;
}
