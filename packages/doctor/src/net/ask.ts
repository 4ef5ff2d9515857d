import { request as http, type IncomingHttpHeaders } from 'node:http';
import { request as https } from 'node:https';

/** What came back. */
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
  /** Sent as JSON; a GET without. */
  readonly post?: object;
  /** Whether the headers are enough: the body may be a stream without an end. */
  readonly head?: boolean;
  /** In place of the host of the address. */
  readonly socketPath?: string | undefined;
}

const JSON_HEADERS = {
  'content-type': 'application/json',
  accept: 'application/json, text/event-stream',
};

/** Milliseconds for one answer: what takes longer does not answer. */
const TIMEOUT_MS = 5_000;
/** More than any page that checks read has. */
const MAX_BYTES = 50_000_000;

/** A request on a connection of its own; what is redirected is not followed, for it may lead to where no token should go. */
export function ask(
  url: URL,
  { headers = {}, ca, signal, post, head = post !== undefined, socketPath }: Asking = {},
): Promise<Answer> {
  const request = url.protocol === 'https:' ? https : http;
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  const options = {
    method: post ? 'POST' : 'GET',
    headers: post ? { ...JSON_HEADERS, ...headers } : headers,
    agent: false,
    signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    ...(ca && { ca: [...ca] }),
    ...(socketPath !== undefined && { socketPath }),
  };
  return new Promise((resolve, reject) => {
    const failed = (error: Error) => reject(new Error(reasonOf(error, timeout.aborted), { cause: error }));
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

function reasonOf(error: NodeJS.ErrnoException, isLate: boolean): string {
  if (isLate) return `no answer within ${TIMEOUT_MS / 1_000} s`;
  const { errors } = error as unknown as AggregateError;
  // One for each address of a name.
  return (
    error.message || errors?.map(({ message }: Error) => message).join(', ') || (error.code ?? 'unknown')
  );
}
