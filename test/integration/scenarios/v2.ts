import {
  completable,
  inputRequired,
  McpServer,
  ResourceTemplate,
  type ServerContext,
} from '@modelcontextprotocol/server';
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
import { registerTasks } from './v2-tasks.js';

function call({ mcpReq, http }: ServerContext): Call {
  return {
    id: mcpReq.id,
    header: (name) => http?.req?.headers.get(name),
    progress: (progress) =>
      mcpReq.notify({
        method: 'notifications/progress',
        params: { progressToken: mcpReq._meta?.progressToken ?? mcpReq.id, progress },
      }),
  };
}

/** SDK v2 asks in its result; for an older client it turns that into a request. */
function ask(question: Question, { mcpReq }: ServerContext) {
  const answer = mcpReq.inputResponses?.answer;
  if (answer === undefined)
    return inputRequired({ inputRequests: { answer: structuredClone(question) as never } });
  return text(JSON.stringify(answer));
}

/** A server of SDK v2, registered as in its documentation. */
export function v2Server(): McpServer {
  const server = new McpServer({ name: 'scenarios', version: '1.0.0' }, { capabilities: { logging: {} } });
  for (const [name, { description, input, run }] of Object.entries(tools)) {
    const inputSchema = z.object(input);
    server.registerTool(name, { description, inputSchema }, (args, context) => run(args, call(context)));
  }
  registerTasks(server);
  for (const [name, question] of Object.entries(questions)) {
    server.registerTool(name, {}, async (context) => ask(question, context));
  }
  const argsSchema = z.object({ name: completable(z.string(), completions) });
  server.registerPrompt('greet', { argsSchema }, ({ name }) => greeting(name));
  server.registerResource(NOTE.name, NOTE.uri, {}, (uri) => readNote(uri.href));
  const template = new ResourceTemplate(NOTE.template, { list: undefined });
  server.registerResource('notes', template, {}, (uri) => readNote(uri.href));
  return server;
}
