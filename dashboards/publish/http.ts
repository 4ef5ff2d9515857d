import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import type { Settings } from './settings.js';

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** An answer that says no. */
class Refusal extends Error {
  constructor(
    readonly status: number,
    what: string,
    said: string,
  ) {
    super(`${what}: ${status} ${said}${ADVICE[status] ?? ''}`);
  }
}

const ADVICE: Readonly<Record<number, string>> = {
  401: '; check GRAFANA_TOKEN, or GRAFANA_USER and GRAFANA_PASSWORD',
  403: '; the account needs to read and write dashboards and folders',
};

const ATTEMPTS = 5;

/** Sends requests to Grafana, again where it is busy or gone for a moment. */
export class Http {
  constructor(private readonly settings: Settings) {}

  /**
   * @param accepted statuses beside 2xx that are an answer, not a failure
   * @throws Refusal for any other status, when no retry helped
   */
  async send(
    method: string,
    path: string,
    body?: unknown,
    accepted: readonly number[] = [],
  ): Promise<Answer> {
    const what = `${method} /${path.split('?')[0]}`;
    for (let attempt = 1; ; attempt++) {
      const wait = this.settings.backoffMs * 2 ** (attempt - 1);
      try {
        const answer = await this.once(method, path, body);
        const { status, retryAfterMs = wait } = answer;
        if (status < 300 || accepted.includes(status)) return answer;
        if (attempt === ATTEMPTS || !isTemporary(status))
          throw new Refusal(status, what, messageOf(answer.body));
        await delay(retryAfterMs);
      } catch (error) {
        if (error instanceof Refusal) throw error;
        if (attempt === ATTEMPTS) throw new Error(`${what}: ${(error as Error).message}`);
        await delay(wait);
      }
    }
  }

  private async once(
    method: string,
    path: string,
    body: unknown,
  ): Promise<Answer & { readonly retryAfterMs?: number }> {
    const { url, authorization, tls, timeoutMs } = this.settings;
    const target = new URL(path, url);
    const signal = AbortSignal.timeout(timeoutMs);
    const headers = { authorization, accept: 'application/json', 'content-type': 'application/json' };
    const send = target.protocol === 'https:' ? httpsRequest : httpRequest;
    return new Promise((resolve, reject) => {
      const outgoing = send(target, { method, headers, signal, ...tls }, async (incoming) => {
        try {
          const said = await text(incoming);
          const seconds = Number(incoming.headers['retry-after']);
          const retryAfterMs = seconds > 0 ? { retryAfterMs: Math.min(seconds * 1000, timeoutMs) } : {};
          resolve({ status: incoming.statusCode ?? 0, body: parsed(said), ...retryAfterMs });
        } catch (error) {
          reject(error);
        }
      });
      outgoing.once('error', (error) => {
        reject(signal.aborted ? new Error(`no answer within ${timeoutMs} ms`) : error);
      });
      outgoing.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }
}

function isTemporary(status: number): boolean {
  return status === 429 || status >= 500;
}

function parsed(said: string): unknown {
  try {
    return JSON.parse(said);
  } catch {
    return said;
  }
}

function messageOf(body: unknown): string {
  const message = (body as { message?: unknown } | null)?.message;
  return typeof message === 'string' ? message : 'no reason given';
}
