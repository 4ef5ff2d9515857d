/** The methods of the specification, all revisions from 2024-11-05 to 2026-07-28. Source: the MCP schema. */

export const OTHER = '_other' as const;

const REQUESTS: ReadonlySet<string> = new Set([
  'initialize',
  'ping',
  'server/discover',
  'tools/list',
  'tools/call',
  'prompts/list',
  'prompts/get',
  'resources/list',
  'resources/read',
  'resources/subscribe',
  'resources/unsubscribe',
  'resources/templates/list',
  'subscriptions/listen',
  'completion/complete',
  'logging/setLevel',
  'tasks/list',
  'tasks/get',
  'tasks/result',
  'tasks/update',
  'tasks/cancel',
]);

const SERVER_REQUESTS: ReadonlySet<string> = new Set([
  'ping',
  'sampling/createMessage',
  'elicitation/create',
  'roots/list',
  'tasks/list',
  'tasks/get',
  'tasks/result',
  'tasks/cancel',
]);

const NOTIFICATIONS: ReadonlySet<string> = new Set([
  'notifications/initialized',
  'notifications/cancelled',
  'notifications/progress',
  'notifications/message',
  'notifications/tools/list_changed',
  'notifications/prompts/list_changed',
  'notifications/resources/list_changed',
  'notifications/resources/updated',
  'notifications/roots/list_changed',
  'notifications/elicitation/complete',
  'notifications/subscriptions/acknowledged',
  'notifications/tasks',
  'notifications/tasks/status',
]);

const METHODS = { request: REQUESTS, server_request: SERVER_REQUESTS, notification: NOTIFICATIONS };

/** Returns a method as a label value: its own name if it is in the specification, else `_other`. */
export function methodLabel(kind: keyof typeof METHODS, method: string): string {
  return METHODS[kind].has(method) ? method : OTHER;
}

/** Methods whose `params.name` is the name of a tool or a prompt. The `Mcp-Name` header has the same value. */
export function takesName(method: string): boolean {
  return method === 'tools/call' || method === 'prompts/get';
}

/** Methods whose `params.taskId` is a task that a call became. */
export function takesTask(method: string): boolean {
  return method.startsWith('tasks/') && method !== 'tasks/list';
}

export const PROTOCOL_VERSIONS: ReadonlySet<string> = new Set([
  '2024-10-07',
  '2024-11-05',
  '2025-03-26',
  '2025-06-18',
  '2025-11-25',
  '2026-07-28',
]);
