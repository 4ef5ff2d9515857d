import { type Answer, text } from './tools.js';

/** How a task ends. The client chooses it, and the id, when it makes the task, so that no test has to read an answer. */
export const ENDINGS = ['completes', 'fails', 'goes on'] as const;

interface Kept {
  status: 'working' | 'completed' | 'failed' | 'cancelled';
  readonly result: Answer;
}

const tasks = new Map<string, Kept>();

const STATUSES = { completes: 'completed', fails: 'failed', 'goes on': 'working' } as const;

/** Makes a task that has ended by its first poll. */
export function createTask(id: string, ending: (typeof ENDINGS)[number]): void {
  const result = ending === 'fails' ? { ...text('no'), isError: true as const } : text('done');
  tasks.set(id, { status: STATUSES[ending], result });
}

export function findTask(id: string): Kept | undefined {
  return tasks.get(id);
}

/** Returns what both forms of the protocol report about a task besides its time to live. */
export function toldOf(id: string, status: Kept['status']) {
  const at = '2026-11-28T00:00:00Z';
  return { taskId: id, status, createdAt: at, lastUpdatedAt: at };
}
