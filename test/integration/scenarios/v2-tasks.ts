import type { McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { createTask, ENDINGS, findTask, toldOf } from './task-store.js';

const about = z.looseObject({ taskId: z.string() });

/**
 * Tasks of the extension of 2026-07-28, which SDK v2 supports only by its extension points. Their ids are the
 * keys of their clients.
 */
export function registerTasks(server: McpServer): void {
  const inputSchema = z.object({ key: z.string(), ending: z.enum(ENDINGS) });
  server.registerTool('takes-long', { inputSchema }, async ({ key, ending }) => {
    createTask(key, ending);
    return { ...toldOf(key, 'working'), resultType: 'task', ttlMs: 3_600_000, content: [] };
  });
  server.server.setRequestHandler('tasks/get', { params: about }, async ({ taskId }) => {
    const task = findTask(taskId);
    const { status = 'failed', result } = task ?? {};
    const more = status === 'working' ? {} : { result };
    // For a tool, a failure is a result, and its task is completed.
    return { ...toldOf(taskId, status === 'failed' ? 'completed' : status), ttlMs: 3_600_000, ...more };
  });
  server.server.setRequestHandler('tasks/cancel', { params: about }, async ({ taskId }) => {
    const task = findTask(taskId);
    if (task) task.status = 'cancelled';
    return {};
  });
}
