import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { type Answer, judged, type Outcome, type Reply } from './reply.js';
import type { Settings } from './settings.js';

const ATTEMPTS = 5;

/** Sends requests to Grafana. Repeats them if it is busy or unavailable for a moment. */
export class Http {
  constructor(private readonly settings: Settings) {}

  /**
   * @param accepted statuses beside 2xx that are an answer, not a failure
   * @throws Error that says why there is no answer, if no retry helped
   */
  async send(
    method: string,
    path: string,
    body?: unknown,
    accepted: readonly number[] = [],
  ): Promise<Answer> {
    for (let attempt = 1; ; attempt++) {
      const outcome = await this.attempt(method, path, body, accepted);
      if ('answer' in outcome) return outcome.answer;
      if (!outcome.isTemporary || attempt === ATTEMPTS) throw outcome.failure;
      await delay(outcome.retryAfterMs ?? this.settings.backoffMs * 2 ** (attempt - 1));
    }
  }

  private async attempt(
    method: string,
    path: string,
    body: unknown,
    accepted: readonly number[],
  ): Promise<Outcome> {
    const what = `${method} /${path.split('?')[0]}`;
    try {
      return judged(what, await this.exchange(method, path, body), accepted);
    } catch (error) {
      return { failure: new Error(`${what}: ${(error as Error).message}`), isTemporary: true };
    }
  }

  private async exchange(method: string, path: string, body: unknown): Promise<Reply> {
    const { url, authorization, tls, timeoutMs } = this.settings;
    const target = new URL(path, url);
    const signal = AbortSignal.timeout(timeoutMs);
    const headers = { authorization, accept: 'application/json', 'content-type': 'application/json' };
    const send = target.protocol === 'https:' ? httpsRequest : httpRequest;
    return new Promise((resolve, reject) => {
      const outgoing = send(target, { method, headers, signal, ...tls }, async (incoming) => {
        try {
          const { statusCode: status = 0, headers } = incoming;
          resolve({ status, headers, text: await text(incoming) });
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
