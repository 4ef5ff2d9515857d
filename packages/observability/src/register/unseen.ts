import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** Node tells of every exchange that any HTTP server of the process begins. */
const CHANNEL = 'http.server.request.start';

const WHY =
  'an MCP request was answered by a server that can not be observed: a bundler has merged it with its SDK, and its ' +
  'requests are in no metric. ';
const WAYS = {
  http: 'In front of it, pmcp-observability proxy http --upstream URL sees them',
  stdio: 'Started by pmcp-observability proxy stdio -- COMMAND, they are seen',
} as const;
const LINE = '; so they are where the server is built with the line observe(server)';

/**
 * Notices that MCP is spoken in a process in which no server was found. Says so once: a page without the requests
 * behind it would be worse than none.
 *
 * @param isSeen whether a server, or a handler that makes some, was found
 */
export function noticeUnseen(isSeen: () => boolean, warn: (text: string) => void): void {
  const watches = [watchHttp, watchStdout];
  let isOver = false;
  const ends: (() => void)[] = [];
  const noticed = (way: keyof typeof WAYS) => {
    if (isOver) return;
    isOver = true;
    try {
      for (const end of ends) end();
      if (!isSeen()) warn(`${WHY}${WAYS[way]}${LINE}`);
    } catch {
      // A logger that fails has nobody to tell.
    }
  };
  ends.push(...watches.map((watch) => watch(noticed)));
}

type Noticed = (way: keyof typeof WAYS) => void;

/** An answer of 2xx: before one, it may be that nobody was let in to a server that is yet to come. */
function watchHttp(noticed: Noticed): () => void {
  const started = (message: unknown) => {
    const { request, response } = message as { request: IncomingMessage; response: ServerResponse };
    if (!isMcp(request)) return;
    response.once('close', () => {
      if (response.statusCode >= 200 && response.statusCode < 300) noticed('http');
    });
  };
  subscribe(CHANNEL, started);
  return () => void unsubscribe(CHANNEL, started);
}

/** What only clients of MCP send: a header of the protocol, or a POST that takes both kinds of answer. */
function isMcp({ method, headers }: IncomingMessage): boolean {
  if (method !== 'POST') return false;
  if (Object.keys(headers).some((name) => name.startsWith('mcp-'))) return true;
  const { accept = '' } = headers;
  return accept.includes('application/json') && accept.includes('text/event-stream');
}

/** The first message on stdout. Until then each write passes by here, and none is changed. */
function watchStdout(noticed: Noticed): () => void {
  const { stdout } = process;
  const { write } = stdout;
  const watching = (...args: unknown[]): boolean => {
    const written = Reflect.apply(write, stdout, args) as boolean;
    if (isMessage(args[0])) noticed('stdio');
    return written;
  };
  stdout.write = watching as typeof write;
  return () => {
    // Whoever wrapped it after us keeps what they have.
    if (stdout.write === watching) stdout.write = write;
  };
}

function isMessage(chunk: unknown): boolean {
  const text = typeof chunk === 'string' || chunk instanceof Uint8Array ? head(chunk) : '';
  return text.startsWith('{') && /"jsonrpc"\s*:\s*"2\.0"/.test(text);
}

/** Enough to know it by; SDKs put the member last, so that of long messages the end is looked at too. */
function head(chunk: string | Uint8Array): string {
  const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
  return text.length <= 2_000 ? text : text.slice(0, 1_000) + text.slice(-1_000);
}
