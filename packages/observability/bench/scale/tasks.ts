import type { Observability } from '@pmcp/observability';
import { NoopServer, NoopTransport } from '../noop.js';
import { expectGauges, heap } from './gauges.js';

/** The most tasks that the toolkit follows at once. */
export const TASKS = 10_000;

const task = (id: number, status: string) => ({ taskId: `task-${id}`, status, ttlMs: 600_000 });

export async function connected({ observe }: Observability): Promise<NoopTransport> {
  const transport = new NoopTransport();
  await observe(new NoopServer()).connect(transport);
  return transport;
}

/** Returns the bytes of a task. Checks that the gauge counts all running tasks, and is 0 afterwards. */
export async function bytesPerTask(toolkit: Observability): Promise<number> {
  const transport = await connected(toolkit);
  const before = await heap();
  begin(transport);
  const bytes = ((await heap()) - before) / TASKS;
  await expectTasks(toolkit, TASKS);
  end(transport);
  await expectTasks(toolkit, 0);
  return bytes;
}

/** Sends calls that become tasks. */
export function begin(transport: NoopTransport): void {
  for (let id = 0; id < TASKS; id++) {
    const result = { resultType: 'task', ...task(id, 'working') };
    exchange(transport, id, 'tools/call', { name: 'tool_0' }, result);
  }
}

/** Ends the tasks: the client asks for each, and gets its result. */
export function end(transport: NoopTransport): void {
  for (let id = 0; id < TASKS; id++) {
    const result = { ...task(id, 'completed'), result: { content: [] } };
    exchange(transport, id, 'tasks/get', { taskId: `task-${id}` }, result);
  }
}

function exchange(
  transport: NoopTransport,
  id: number,
  method: string,
  params: object,
  result: object,
): void {
  transport.onmessage?.({ jsonrpc: '2.0', id, method, params });
  void transport.send({ jsonrpc: '2.0', id, result });
}

function expectTasks(toolkit: Observability, count: number): Promise<void> {
  return expectGauges(toolkit, { 'pmcp_operations_in_progress{kind="task"}': count });
}
