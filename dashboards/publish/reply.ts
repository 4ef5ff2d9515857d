import type { IncomingHttpHeaders } from 'node:http';
import { shown } from './diff.js';
import { retryAfterMs } from './retry-after.js';

/** The reply to one request. */
export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

interface Failure {
  readonly failure: Error;
  /** Whether the same request may succeed later. */
  readonly isTemporary: boolean;
  readonly retryAfterMs?: number | undefined;
}

/** The result of one attempt at a request. */
export type Outcome = { readonly answer: Answer } | Failure;

/**
 * Decides whether a reply is an answer or a failure.
 * @param what the request, for messages
 * @param accepted statuses beside 2xx that are an answer, not a failure
 */
export function judged(what: string, reply: Reply, accepted: readonly number[]): Outcome {
  const { status, headers, text } = reply;
  const body = parsed(text);
  if (accepted.includes(status)) return { answer: { status, body } };
  if (status >= 300) {
    const failure = new Error(`${what}: ${status} ${refusal(reply, body)}`);
    return { failure, isTemporary: isTemporary(status), retryAfterMs: retryAfterMs(headers['retry-after']) };
  }
  if (body !== undefined) return { answer: { status, body } };
  return { failure: new Error(`${what}: ${notGrafana(reply)}`), isTemporary: false };
}

/** Returns the reason that Grafana gives. */
export function messageOf(body: unknown): string {
  const message = (body as { message?: unknown } | null | undefined)?.message;
  return typeof message === 'string' ? message : 'no reason given';
}

const ADVICE: Readonly<Record<number, string>> = {
  401: '; check GRAFANA_TOKEN, or GRAFANA_USER and GRAFANA_PASSWORD',
  403: '; the account needs to read and write dashboards and folders',
};

function refusal({ status, headers: { location } }: Reply, body: unknown): string {
  if (status < 400 && location)
    return `redirects to ${location}; set GRAFANA_URL to where Grafana itself answers, or check the account if that is a login page`;
  return `${messageOf(body)}${ADVICE[status] ?? ''}`;
}

function notGrafana({ status, headers, text }: Reply): string {
  const said = text === '' ? 'without a body' : shown(text);
  const got = [status, headers['content-type'], said].filter(Boolean).join(' ');
  return `expected JSON from Grafana, got ${got}; check that GRAFANA_URL is the address of Grafana, and that no proxy or login page answers in its place`;
}

function isTemporary(status: number): boolean {
  return status === 429 || status >= 500;
}

/** Returns undefined for a text that is not JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
