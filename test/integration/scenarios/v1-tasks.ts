import type { TaskStore } from '@modelcontextprotocol/sdk/experimental/tasks/interfaces.js';
import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import { createTask, ENDINGS, findTask, toldOf } from './task-store.js';

interface Call {
  readonly params: {
    readonly arguments: { readonly key: string; readonly ending: (typeof ENDINGS)[number] };
  };
}

/** Tasks of protocol 2025-11-25, whose ids are the keys of their clients. */
export const taskStore: TaskStore = {
  createTask: async (_options, _requestId, request) => {
    const { key, ending } = (request as unknown as Call).params.arguments;
    createTask(key, ending);
    return { ...toldOf(key, 'working'), ttl: 3_600_000, pollInterval: 10 };
  },
  getTask: async (id) => {
    const task = findTask(id);
    return task ? { ...toldOf(id, task.status), ttl: 3_600_000, pollInterval: 10 } : null;
  },
  storeTaskResult: async () => {},
  getTaskResult: async (id) => findTask(id)?.result ?? {},
  updateTaskStatus: async (id, status) => {
    const task = findTask(id);
    if (task && status === 'cancelled') task.status = status;
  },
  listTasks: async () => ({ tasks: [] }),
};

export const taskCapabilities = { tasks: { cancel: {}, requests: { tools: { call: {} } } } };

export function registerTaskTool(server: McpServer): void {
  const inputSchema = { key: z.string(), ending: z.enum(ENDINGS) };
  server.experimental.tasks.registerToolTask(
    'takes-long',
    { inputSchema },
    {
      createTask: async (_args, { taskStore }) => ({ task: await taskStore.createTask({ ttl: 3_600_000 }) }),
      getTask: async ({ key }, { taskStore }) => taskStore.getTask(key),
      getTaskResult: async ({ key }, { taskStore }) => taskStore.getTaskResult(key) as never,
    },
  );
}
