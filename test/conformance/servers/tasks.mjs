/**
 * Tools whose calls become tasks, for clients that declare the extension.
 * With SDK v2 the server implements its methods.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import {
  inputRequired,
  inputResponse,
  MissingRequiredClientCapabilityError,
  ProtocolError,
} from '@modelcontextprotocol/server';
import { z } from 'zod';
import { form, said, words } from './content.mjs';

export const EXTENSION = 'io.modelcontextprotocol/tasks';
const TTL_MS = 60_000;
const POLL_MS = 50;
const INVALID_PARAMS = -32602;

const tasks = new Map();

const declares = ({ mcpReq }) =>
  mcpReq.envelope?.['io.modelcontextprotocol/clientCapabilities']?.extensions?.[EXTENSION] !== undefined;

class Task {
  #given = new Map();
  #cancelling = new AbortController();

  constructor(work) {
    const now = new Date().toISOString();
    this.shown = {
      taskId: randomUUID(),
      status: 'working',
      createdAt: now,
      ttlMs: TTL_MS,
      pollIntervalMs: POLL_MS,
    };
    this.#becomes({});
    this.created = { resultType: 'task', ...this.shown };
    tasks.set(this.shown.taskId, this);
    work(this).then(
      (result) => this.#ends({ status: 'completed', result }),
      ({ message }) => this.#ends({ status: 'failed', error: { code: -32603, message } }),
    );
  }

  pause = (ms) => delay(ms, undefined, { signal: this.#cancelling.signal });

  /** Waits until the client has answered all of these. */
  async ask(inputRequests) {
    this.#becomes({ status: 'input_required', inputRequests });
    await Promise.all(
      Object.keys(inputRequests).map((key) => new Promise((given) => this.#given.set(key, given))),
    );
  }

  answer(responses) {
    const { inputRequests = {}, ...shown } = this.shown;
    const open = Object.entries(inputRequests).filter(([key]) => !(key in responses));
    this.shown = shown;
    this.#becomes(open.length > 0 ? { inputRequests: Object.fromEntries(open) } : { status: 'working' });
    for (const key of Object.keys(responses)) this.#given.get(key)?.();
  }

  cancel() {
    this.#ends({ status: 'cancelled' });
    this.#cancelling.abort();
  }

  #ends(how) {
    if (['working', 'input_required'].includes(this.shown.status)) this.#becomes(how);
  }

  #becomes(how) {
    this.shown = { ...this.shown, ...how, lastUpdatedAt: new Date().toISOString() };
  }
}

/** Runs the work as a task, or at once for a client that does not support tasks. */
const asTask = (work) => (context, args) =>
  declares(context) ? new Task((task) => work(args, task)).created : work(args, { pause: delay });

const confirmation = (name) =>
  inputRequired.elicit({
    message: `Confirm ${name}`,
    requestedSchema: form({ confirm: { type: 'boolean' } }),
  });

async function confirms(task, names) {
  await task.ask(Object.fromEntries(names.map((name) => [name, confirmation(name)])));
  return said(words('confirmed'));
}

/** Asks in a separate round, and becomes a task when it has the answer. */
function asksFirst(context) {
  const name = inputResponse(context.mcpReq.inputResponses, 'user_name');
  if (name.kind === 'missing')
    return inputRequired({ inputRequests: { user_name: confirmation('your name') } });
  return new Task(async () => said(words(`Hello, ${JSON.stringify(name.content)}!`))).created;
}

const number = { type: 'object', properties: { seconds: { type: 'number' }, label: { type: 'string' } } };

export const taskTools = {
  greet: {
    run: (_, { name }) => said(words(`Hello, ${name}!`)),
    schema: { type: 'object', properties: { name: { type: 'string' } } },
  },
  slow_compute: {
    schema: number,
    run: asTask(async ({ seconds = 0 }, { pause }) => {
      await pause(seconds * 1000);
      return said(words('computed'));
    }),
  },
  failing_job: { run: asTask(async () => ({ ...said(words('the job failed')), isError: true })) },
  protocol_error_job: {
    run: asTask(async () => {
      throw new Error('the job broke down');
    }),
  },
  confirm_delete: { run: asTask((_, task) => confirms(task, ['delete'])) },
  multi_input: { run: asTask((_, task) => confirms(task, ['first', 'second'])) },
  test_tool_with_task: { run: asksFirst },
};

const methods = {
  'tasks/get': (task) => task.shown,
  'tasks/update': (task, { inputResponses }) => void task.answer(inputResponses ?? {}),
  'tasks/cancel': (task) => void task.cancel(),
};

/** Adds the methods of the extension to a low-level server. */
export function serveTasks(server) {
  for (const [method, does] of Object.entries(methods)) {
    server.setRequestHandler(method, { params: z.looseObject({ taskId: z.string() }) }, (params, context) => {
      if (!declares(context)) {
        throw new MissingRequiredClientCapabilityError({
          requiredCapabilities: { extensions: { [EXTENSION]: {} } },
        });
      }
      const task = tasks.get(params.taskId);
      if (!task) throw new ProtocolError(INVALID_PARAMS, 'Unknown task');
      return does(task, context.mcpReq) ?? {};
    });
  }
}
