import { request as http } from 'node:http';
import { request as https } from 'node:https';
import { Readable } from 'node:stream';

/** Makes a `fetch` that trusts other certificates than Node's default ones. It supports what an MCP client needs. */
export function fetchWith(
  ca: readonly string[],
): (url: string | URL, init?: RequestInit) => Promise<Response> {
  return async (target, init = {}) => {
    const url = new URL(target);
    const { method = 'GET', headers, body, signal } = init;
    const asked = (url.protocol === 'https:' ? https : http)(url, {
      method,
      headers: Object.fromEntries(new Headers(headers)),
      ca: [...ca],
      ...(signal && { signal }),
    });
    return new Promise((resolve, reject) => {
      asked.on('error', reject);
      asked.on('response', (answer) => {
        const status = answer.statusCode ?? 0;
        const isEmpty = status === 204 || status === 304;
        if (isEmpty) answer.resume();
        // If the reader stops early, an error of the remaining body concerns nobody.
        answer.on('error', () => {});
        resolve(
          new Response(isEmpty ? null : (Readable.toWeb(answer) as unknown as ReadableStream<Uint8Array>), {
            status,
            headers: Object.entries(answer.headersDistinct).flatMap(([name, values = []]) =>
              values.map((value): [string, string] => [name, value]),
            ),
          }),
        );
      });
      asked.end(body as string | undefined);
    });
  };
}
