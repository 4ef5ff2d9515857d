import type { HttpExchange } from './exchange.js';
import { Hearing } from './hearing.js';
import { hearBody } from './web-body.js';

/** The status that every runtime sends if a handler returned nothing that can be sent. */
const FAILED = 500;

/** Whether a value is an answer, of the runtime's class or of a library's. */
type Answer = Pick<Response, 'status' | 'headers' | 'body' | 'bodyUsed'>;

/** Like `watchAnswer`, for a call that is made here and may throw. */
export function watchCall<Result>(
  exchange: HttpExchange,
  call: () => Result,
  signal: AbortSignal | undefined,
): Result {
  let answer: Result;
  try {
    answer = call();
  } catch (error) {
    failed(exchange, signal);
    throw error;
  }
  return watchAnswer(exchange, answer, signal);
}

/**
 * Watches an answer that no HTTP server of Node writes.
 *
 * @param answer what a handler returned: an answer, a promise of one, or any other value
 * @returns the value to pass on
 */
export function watchAnswer<Given>(
  exchange: HttpExchange,
  answer: Given,
  signal: AbortSignal | undefined,
): Given {
  if (!isThenable(answer)) return answered(exchange, answer, signal);
  return Promise.resolve(answer).then(
    (given) => answered(exchange, given, signal),
    (error: unknown) => {
      failed(exchange, signal);
      throw error;
    },
  ) as Given;
}

/** The handler threw, or its promise was rejected. Its caller answers now. */
export function failed(exchange: HttpExchange, signal: AbortSignal | undefined): void {
  attempt(exchange, () => over(exchange, FAILED, signal));
}

function answered<Given>(exchange: HttpExchange, answer: Given, signal: AbortSignal | undefined): Given {
  try {
    return isAnswer(answer)
      ? (followed(exchange, answer, signal) as Given)
      : notAnswered(exchange, answer, signal);
  } catch {
    exchange.listener.failed();
    failed(exchange, signal);
    return answer;
  }
}

function notAnswered<Given>(exchange: HttpExchange, answer: Given, signal: AbortSignal | undefined): Given {
  over(exchange, FAILED, signal);
  return answer;
}

function followed(exchange: HttpExchange, answer: Answer, signal: AbortSignal | undefined): unknown {
  const { status, headers, body } = answer;
  // A network error has no status, and a body that is already locked can't be sent.
  const canBeSent = status > 0 && !answer.bodyUsed && body?.locked !== true;
  if (signal?.aborted || !canBeSent) return notAnswered(exchange, answer, signal);
  exchange.head(
    status,
    headers.get('content-type') ?? undefined,
    headers.get('www-authenticate') ?? undefined,
    headers,
  );
  exchange.firstByte();
  if (body === null || body === undefined || exchange.request.method === 'HEAD') {
    exchange.ended();
    return answer;
  }
  if (exchange.settled()) {
    const length = lengthIn(headers);
    if (length === undefined) return hearBody(answer as Response, body, new Hearing(exchange));
    exchange.wroteBytes(length);
    exchange.ended();
    return answer;
  }
  return hearBody(answer as Response, body, new Hearing(exchange, signal));
}

function lengthIn(headers: Headers): number | undefined {
  const length = headers.get('content-length');
  return length !== null && /^\d{1,15}$/.test(length) ? Number(length) : undefined;
}

function over(exchange: HttpExchange, status: number, signal: AbortSignal | undefined): void {
  if (!signal?.aborted) exchange.head(status, undefined, undefined);
  exchange.ended();
}

function attempt({ listener }: HttpExchange, work: () => void): void {
  try {
    work();
  } catch {
    listener.failed();
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as PromiseLike<unknown> | null | undefined)?.then === 'function';
}

function isAnswer(value: unknown): value is Answer {
  const { status, headers } = (value ?? {}) as Partial<Response>;
  return typeof status === 'number' && typeof headers?.get === 'function';
}
