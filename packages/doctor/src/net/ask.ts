import { request as http, type IncomingHttpHeaders } from 'node:http';
import { request as https } from 'node:https';

/** An HTTP response. */
export interface Answer {
  readonly url: URL;
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Asking {
  readonly headers?: Readonly<Record<string, string>>;
  readonly ca?: readonly string[] | undefined;
  readonly signal?: AbortSignal;
  /** How many times as long as usual the answer may take. Who gives all checks more time has slower machines. */
  readonly patience?: number;
  /** The JSON body of a POST. Without it the request is a GET. */
  readonly post?: object;
  /** Whether only status and headers are read, because the body may be an endless stream. */
  readonly head?: boolean;
  /** A Unix socket to connect to, instead of the host of the URL. */
  readonly socketPath?: string | undefined;
}

const JSON_HEADERS = {
  'content-type': 'application/json',
  accept: 'application/json, text/event-stream',
};

/** Milliseconds after which a request counts as unanswered. */
const TIMEOUT_MS = 5_000;
/** More than any page has that the checks read. */
const MAX_BYTES = 50_000_000;

/** Sends a request on its own connection. Redirects are not followed, as they may lead to a host that must not get the token. */
export function ask(
  url: URL,
  { headers = {}, ca, signal, patience = 1, post, head = post !== undefined, socketPath }: Asking = {},
): Promise<Answer> {
  const request = url.protocol === 'https:' ? https : http;
  const limitMs = TIMEOUT_MS * patience;
  const timeout = AbortSignal.timeout(limitMs);
  const options = {
    method: post ? 'POST' : 'GET',
    headers: post ? { ...JSON_HEADERS, ...headers } : headers,
    agent: false,
    signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    ...(ca && { ca: [...ca] }),
    ...(socketPath !== undefined && { socketPath }),
  };
  return new Promise((resolve, reject) => {
    const failed = (error: Error) =>
      reject(new Error(reasonOf(error, timeout.aborted, limitMs), { cause: error }));
    const asked = request(url, options);
    asked.on('error', failed);
    asked.on('response', (response) => {
      const { statusCode: status = 0, headers } = response;
      const chunks: Buffer[] = [];
      const end = () => resolve({ url, status, headers, body: Buffer.concat(chunks).toString() });
      if (head) {
        response.destroy();
        return end();
      }
      let size = 0;
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        size += chunk.length;
        if (size > MAX_BYTES) response.destroy(new Error(`the answer is longer than ${MAX_BYTES} bytes`));
      });
      response.on('error', failed);
      response.on('end', end);
    });
    asked.end(post && JSON.stringify(post));
  });
}

function reasonOf(error: NodeJS.ErrnoException, isLate: boolean, limitMs: number): string {
  if (isLate) return `no answer within ${Math.round(limitMs / 1_000)} s`;
  const { errors } = error as unknown as AggregateError;
  // An AggregateError has one error for each address of the host.
  return (
    error.message || errors?.map(({ message }: Error) => message).join(', ') || (error.code ?? 'unknown')
  );
}
