import type { Message } from './message.js';
import { OTHER } from './methods.js';

/**
 * How a request ended. Two outcomes are not the end of a call: the request asked for input, or became a task. A result of an
 * unknown type is `_other`, since it is unknown whether it is good or bad.
 */
export type Outcome =
  | 'ok'
  | 'tool_error'
  | 'client_error'
  | 'server_error'
  | 'cancelled'
  | 'input_required'
  | 'task'
  | '_other';

/**
 * JSON-RPC codes for faults of the caller. The first five are in the OpenTelemetry conventions for MCP. Protocol 2026-07-28
 * added codes for a header that contradicts the body, a capability that the client lacks, and a version that the server does
 * not support. An earlier one added the code that asks the client to visit a URL.
 */
const CLIENT_ERROR_CODES = [-32700, -32600, -32601, -32602, -32002, -32020, -32021, -32022, -32042];
const CLIENT_ERRORS: ReadonlySet<unknown> = new Set(CLIENT_ERROR_CODES);

/** The codes that are no errors of the server according to the conventions. */
const SPARED: ReadonlySet<string> = new Set(CLIENT_ERROR_CODES.slice(0, 5).map(String));

/** The error types that any server can have. All others are codes that a server defines itself. */
export const ERROR_TYPES: readonly string[] = [
  'tool_error',
  'cancelled',
  'closed',
  'transport',
  'task_failed',
  '-32603',
  ...CLIENT_ERROR_CODES.map(String),
];

/**
 * Returns the outcome that an answer shows.
 *
 * @param isAugmented whether the request asked to become a task (protocol 2025-11-25)
 * @param version the protocol version, if it is known
 */
export function outcomeOf(answer: Message, isAugmented = false, version?: unknown): Outcome {
  if (answer.error !== undefined) {
    return CLIENT_ERRORS.has(answer.error?.code) ? 'client_error' : 'server_error';
  }
  const { result } = answer;
  if (isAugmented && isObject(result?.task)) return 'task';
  const type = result?.resultType;
  if (type !== undefined && type !== 'complete') {
    if (type === 'input_required' || type === 'task') return type;
    // Before protocol 2026-07-28, a result may have a member of this name without this meaning.
    if (!isOlder(version)) return OTHER;
  }
  return result?.isError === true ? 'tool_error' : 'ok';
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

function isOlder(version: unknown): boolean {
  return typeof version === 'string' && version < '2026-07-28';
}

/** How a request ended, and the `type` label of its error, which is empty if there is none. */
export interface Ending {
  readonly outcome: Outcome;
  readonly type: string;
  /** The request was rejected before it reached a server. Its `type` is the reason, and it has no duration. */
  readonly isRefused?: boolean;
  /** The HTTP status of the rejection. */
  readonly status?: number;
}

/** Whether the conventions require an `error.type` and a span with the status ERROR. */
export function isErrorToConventions({ outcome, type, isRefused = false }: Ending): boolean {
  if (outcome === 'client_error') return !isRefused && !SPARED.has(type);
  return outcome === 'tool_error' || outcome === 'server_error';
}

export const OK: Ending = { outcome: 'ok', type: '' };
/** A task failed without naming an error. */
export const TASK_FAILED: Ending = { outcome: 'server_error', type: 'task_failed' };
/**
 * The client cancelled the request with `notifications/cancelled`, or cancelled the task. `mcp/notifications.ts` and
 * `mcp/tasks.ts` see it.
 */
export const CANCELLED: Ending = { outcome: 'cancelled', type: 'cancelled' };
/**
 * The connection closed before the answer. This also counts as cancelled: nobody waits for the answer any more.
 * `mcp/connection.ts` sees it, in `abandoned` and `closed`.
 */
export const CLOSED: Ending = { outcome: 'cancelled', type: 'closed' };

/** The answer could not be sent. */
export const UNSENT: Ending = { outcome: 'server_error', type: 'transport' };

/** The error texts of both SDKs when there is no client to send an answer to. */
const NO_CLIENT =
  /^(No connection established for request ID|Not connected|Response for request ID \S* is undeliverable)/;

/** How a request ended whose answer could not be sent, according to the error of the transport. */
export function unsentEnding(reason: unknown): Ending {
  const { code, message } = (reason ?? {}) as { code?: unknown; message?: unknown };
  // The last one is the error of a stream that its reader cancelled.
  const isClosed = (typeof message === 'string' && NO_CLIENT.test(message)) || code === 'ERR_INVALID_STATE';
  return isClosed ? CLOSED : UNSENT;
}

const INPUT_REQUIRED: Ending = { outcome: 'input_required', type: '' };
const TASK: Ending = { outcome: 'task', type: '' };
const UNKNOWN: Ending = { outcome: OTHER, type: '' };

/** How an answered request ended. Never throws, whatever the answer contains. */
export function endingOf(answer: Message, isAugmented = false, version?: unknown): Ending {
  try {
    const outcome = outcomeOf(answer, isAugmented, version);
    if (outcome === 'ok') return OK;
    if (outcome === 'input_required') return INPUT_REQUIRED;
    if (outcome === 'task') return TASK;
    return outcome === OTHER ? UNKNOWN : { outcome, type: errorTypeOf(answer) };
  } catch {
    return UNKNOWN;
  }
}

/** Returns the `type` label of an answer that is not `ok`: the JSON-RPC code, or `tool_error`. */
export function errorTypeOf(answer: Message): string {
  if (answer.error === undefined) return 'tool_error';
  const code = answer.error?.code;
  return Number.isSafeInteger(code) ? String(code) : OTHER;
}

const PARSE_ERRORS: ReadonlySet<unknown> = new Set(['SyntaxError', 'ZodError', '$ZodError']);

/** A message that could not be read (`parse`), or another error of the transport. */
export function transportErrorType(error: unknown): 'parse' | 'transport' {
  const { name, message } = (error ?? {}) as { name?: unknown; message?: unknown };
  // SDK v1 reports some unreadable messages as a plain error with this text.
  const isParseError =
    PARSE_ERRORS.has(name) || (typeof message === 'string' && message.startsWith('Parse error'));
  return isParseError ? 'parse' : 'transport';
}
