import { type Answer, text } from './tools.js';

/** How a task ends: the client says so when it makes one, and says its id, so that no test has to read an answer. */
export const ENDINGS = ['completes', 'fails', 'goes on'] as const;

interface Kept {
  status: 'working' | 'completed' | 'failed' | 'cancelled';
  readonly result: Answer;
}

const tasks = new Map<string, Kept>();

const STATUSES = { completes: 'completed', fails: 'failed', 'goes on': 'working' } as const;

/** A task that has ended as soon as somebody looks. */
export function createTask(id: string, ending: (typeof ENDINGS)[number]): void {
  const result = ending === 'fails' ? { ...text('no'), isError: true as const } : text('done');
  tasks.set(id, { status: STATUSES[ending], result });
}

export function findTask(id: string): Kept | undefined {
  return tasks.get(id);
}

/** What both forms of the protocol tell of a task beside its time to live. */
export function toldOf(id: string, status: Kept['status']) {
  const at = '2026-11-28T00:00:00Z';
  return { taskId: id, status, createdAt: at, lastUpdatedAt: at };
}
