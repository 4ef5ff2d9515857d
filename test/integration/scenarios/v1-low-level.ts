import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import {
  CallToolRequestSchema,
  CompleteRequestSchema,
  ErrorCode,
  GetPromptRequestSchema,
  ListPromptsRequestSchema,
  ListResourcesRequestSchema,
  ListResourceTemplatesRequestSchema,
  ListToolsRequestSchema,
  McpError,
  ReadResourceRequestSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { z } from 'zod';
import { completions, greeting, NOTE, questions, readNote, tools } from './tools.js';
import { ask, call } from './v1.js';
import { taskCapabilities, taskStore } from './v1-tasks.js';

const capabilities = {
  tools: {},
  prompts: {},
  resources: {},
  completions: {},
  logging: {},
  ...taskCapabilities,
};

/** A low-level server of SDK v1: an exception in its handlers becomes a JSON-RPC error. */
export function v1LowLevelServer(): Server {
  const server = new Server({ name: 'scenarios', version: '1.0.0' }, { capabilities, taskStore });
  serveTools(server);
  server.setRequestHandler(ListPromptsRequestSchema, async () => ({ prompts: [{ name: 'greet' }] }));
  server.setRequestHandler(GetPromptRequestSchema, async ({ params }) => {
    if (params.name !== 'greet') throw new McpError(ErrorCode.InvalidParams, 'no such prompt');
    return greeting(params.arguments?.name ?? '');
  });
  server.setRequestHandler(ListResourcesRequestSchema, async () => ({ resources: [NOTE] }));
  server.setRequestHandler(ListResourceTemplatesRequestSchema, async () => ({
    resourceTemplates: [{ name: 'notes', uriTemplate: NOTE.template }],
  }));
  server.setRequestHandler(ReadResourceRequestSchema, async ({ params }) => {
    if (params.uri !== NOTE.uri) throw new McpError(-32002, 'no such resource');
    return readNote(params.uri);
  });
  server.setRequestHandler(CompleteRequestSchema, async ({ params }) => ({
    completion: { values: completions(params.argument.value) },
  }));
  return server;
}

function serveTools(server: Server): void {
  server.setRequestHandler(ListToolsRequestSchema, async () => ({
    tools: [...Object.keys(tools), ...Object.keys(questions), 'takes-long'].map((name) => ({
      name,
      inputSchema: { type: 'object' as const },
    })),
  }));
  server.setRequestHandler(CallToolRequestSchema, async ({ params }, extra) => {
    if (params.name === 'takes-long') return { task: await extra.taskStore!.createTask({ ttl: 3_600_000 }) };
    const question = questions[params.name];
    if (question) return ask(question, extra);
    const tool = tools[params.name];
    if (!tool) throw new McpError(ErrorCode.InvalidParams, 'no such tool');
    const input = z.object(tool.input).safeParse(params.arguments ?? {});
    if (!input.success) throw new McpError(ErrorCode.InvalidParams, 'bad arguments');
    return tool.run(input.data, call(extra));
  });
}
