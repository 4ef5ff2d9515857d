import type { Message } from './message.js';
import { OTHER } from './methods.js';

/**
 * How a request ended. Two of them are not its end: it asked for input, or became a task. A result of a type that
 * nobody knows yet is `_other`: whether that is good or bad is not known either.
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
 * JSON-RPC codes that are the caller's fault. The first five are those of the OpenTelemetry conventions
 * for MCP; with protocol 2026-07-28 came a header that contradicts the body, a capability that the client
 * lacks and a version that the server does not speak, and before it the demand to visit a URL.
 */
const CLIENT_ERROR_CODES = [-32700, -32600, -32601, -32602, -32002, -32020, -32021, -32022, -32042];
const CLIENT_ERRORS: ReadonlySet<unknown> = new Set(CLIENT_ERROR_CODES);

/** Those of them that the conventions spare: they are no errors of the server. */
const SPARED: ReadonlySet<string> = new Set(CLIENT_ERROR_CODES.slice(0, 5).map(String));

/** The types of error that any server can show; others are codes of its own. */
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
 * The outcome that an answer states.
 *
 * @param isAugmented whether the request wanted to become a task, as protocol 2025-11-25 has it
 * @param version the protocol's, as far as it is known
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
    // Before 2026-07-28 a result may have a member of this name, and it means nothing.
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

/** How a request ended, and the `type` label of its error; empty where there is none. */
export interface Ending {
  readonly outcome: Outcome;
  readonly type: string;
  /** The request was turned away before a server had it: its `type` is the reason, and it has no duration. */
  readonly isRefused?: boolean;
  /** The HTTP status that it was refused with. */
  readonly status?: number;
}

/** Whether the conventions want an `error.type`, and a span whose status is ERROR. */
export function isErrorToConventions({ outcome, type, isRefused = false }: Ending): boolean {
  if (outcome === 'client_error') return !isRefused && !SPARED.has(type);
  return outcome === 'tool_error' || outcome === 'server_error';
}

export const OK: Ending = { outcome: 'ok', type: '' };
/** A task has failed, and did not say with which error. */
export const TASK_FAILED: Ending = { outcome: 'server_error', type: 'task_failed' };
export const CANCELLED: Ending = { outcome: 'cancelled', type: 'cancelled' };
/** The connection went away before the answer. */
export const CLOSED: Ending = { outcome: 'cancelled', type: 'closed' };

/** The answer could not be sent. */
export const UNSENT: Ending = { outcome: 'server_error', type: 'transport' };

/** How both SDKs say that there is no client to send an answer to. */
const NO_CLIENT =
  /^(No connection established for request ID|Not connected|Response for request ID \S* is undeliverable)/;

/** How a request ended whose answer the transport did not take, by the error that it gave as its reason. */
export function unsentEnding(reason: unknown): Ending {
  const { code, message } = (reason ?? {}) as { code?: unknown; message?: unknown };
  // The last is what a stream throws that its reader has cancelled.
  const isClosed = (typeof message === 'string' && NO_CLIENT.test(message)) || code === 'ERR_INVALID_STATE';
  return isClosed ? CLOSED : UNSENT;
}

const INPUT_REQUIRED: Ending = { outcome: 'input_required', type: '' };
const TASK: Ending = { outcome: 'task', type: '' };
const UNKNOWN: Ending = { outcome: OTHER, type: '' };

/** How a request ended that was answered. Never throws, whatever an answer is made of. */
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

/** The `type` label of an answer that is not `ok`: the JSON-RPC code, or `tool_error`. */
export function errorTypeOf(answer: Message): string {
  if (answer.error === undefined) return 'tool_error';
  const code = answer.error?.code;
  return Number.isSafeInteger(code) ? String(code) : OTHER;
}

const PARSE_ERRORS: ReadonlySet<unknown> = new Set(['SyntaxError', 'ZodError', '$ZodError']);

/** A message that could not be read (`parse`), or trouble of the transport itself. */
export function transportErrorType(error: unknown): 'parse' | 'transport' {
  const { name, message } = (error ?? {}) as { name?: unknown; message?: unknown };
  // SDK v1 reports some of them as a plain error with this text.
  const isParseError =
    PARSE_ERRORS.has(name) || (typeof message === 'string' && message.startsWith('Parse error'));
  return isParseError ? 'parse' : 'transport';
}
