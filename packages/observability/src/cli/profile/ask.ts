import { request as http } from 'node:http';
import { request as https } from 'node:https';

/** How to ask a server: its address and the credentials. */
export interface Asking {
  readonly url: URL;
  readonly authorization: string | undefined;
  readonly ca: Buffer | undefined;
  readonly cert: Buffer | undefined;
  readonly key: Buffer | undefined;
  readonly serverName: string | undefined;
  /** How long to wait for the beginning of an answer. */
  readonly timeoutMs: number;
}

/** The answer. */
export interface Answer {
  readonly status: number;
  readonly body: Buffer;
}

/** Larger than any profile of one minute. */
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
