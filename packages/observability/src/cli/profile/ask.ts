import { request as http } from 'node:http';
import { request as https } from 'node:https';

/** How a server is asked, and what it is shown. */
export interface Asking {
  readonly url: URL;
  readonly authorization: string | undefined;
  readonly ca: Buffer | undefined;
  readonly cert: Buffer | undefined;
  readonly key: Buffer | undefined;
  readonly serverName: string | undefined;
  /** How long an answer may take to begin. */
  readonly timeoutMs: number;
}

/** What came back. */
export interface Answer {
  readonly status: number;
  readonly body: Buffer;
}

/** More than any profile of a minute has. */
const MAX_BYTES = 500_000_000;

export function ask({ url, authorization, ca, cert, key, serverName, timeoutMs }: Asking): Promise<Answer> {
  const tls = { ca, cert, key, ...(serverName !== undefined && { servername: serverName }) };
  return new Promise((resolve, reject) => {
    const headers = authorization === undefined ? {} : { authorization };
    const asked = url.protocol === 'https:' ? https(url, { headers, ...tls }) : http(url, { headers });
    asked.setTimeout(timeoutMs, () => asked.destroy(new Error(`no answer within ${timeoutMs / 1000} s`)));
    asked.on('error', reject);
    asked.on('response', (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        size += chunk.length;
        if (size > MAX_BYTES) response.destroy(new Error(`the answer is longer than ${MAX_BYTES} bytes`));
      });
      response.on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks) }));
    });
    asked.end();
  });
}
