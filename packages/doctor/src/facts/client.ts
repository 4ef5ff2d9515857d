import { randomBytes } from 'node:crypto';
import { Client, SdkHttpError, StreamableHTTPClientTransport, type Tool } from '@modelcontextprotocol/client';
import { CannotRun } from '../check.js';
import type { Context, Fact } from '../context.js';
import { type Watched, watched } from './held-stream.js';
import { authorization, fetchOf } from './secrets.js';

/** The client name under which the server's metrics count the doctor. */
export const CLIENT_NAME = 'pmcp-doctor';

/** Milliseconds in which a server should answer a client that connects. */
const TIMEOUT_MS = 8_000;

/** The stream that a client with a session opens beside its requests. */
export const sessionStream: Fact<Watched> = async (context) => watched(fetchOf(context));

/** A connected client as an agent uses it. It negotiates the protocol version with the server. */
export const connectedClient: Fact<Client> = async (context) =>
  connect(context, (await context.get(sessionStream)).fetch);

/** Connects another such client. */
export async function connect(context: Context, ask = fetchOf(context)): Promise<Client> {
  const { url } = context.settings;
  if (!url) throw new CannotRun('it needs --url');
  const client = new Client({ name: CLIENT_NAME, version: '1' }, { versionNegotiation: { mode: 'auto' } });
  const transport = new StreamableHTTPClientTransport(url, {
    requestInit: { headers: authorization(context, 'url') },
    fetch: ask,
  });
  context.onEnd(async () => {
    await transport.terminateSession().catch(() => {});
    await client.close();
  });
  tellOfCuts(transport);
  await inSession(transport, () =>
    client.connect(transport, {
      signal: context.signal,
      timeout: TIMEOUT_MS * context.limits.patience,
    }),
  );
  return client;
}

/** The server gave a session a moment ago, and knows nothing of it. */
export class LostSession extends Error {
  constructor(
    readonly status: number,
    cause: Error,
  ) {
    super('the session is lost', { cause });
  }
}

/** The server gave no session, or so it seems here, and wants one. */
export class NoSession extends Error {
  constructor(
    readonly status: number,
    cause: Error,
  ) {
    super('there is no session', { cause });
  }
}

/** What servers of all SDKs say to a request without the header of the session. */
const WANTS_SESSION = /session|not initialized/i;

/** @throws LostSession, NoSession */
async function inSession<T>(
  transport: { readonly sessionId?: string | undefined } | undefined,
  run: () => Promise<T>,
): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof SdkHttpError) || (error.status !== 404 && error.status !== 400)) throw error;
    if (transport?.sessionId !== undefined) throw new LostSession(error.status, error);
    if (WANTS_SESSION.test(String(error.data.text))) throw new NoSession(error.status, error);
    throw error;
  }
}

export const tools: Fact<readonly Tool[]> = async (context) => {
  const client = await context.get(connectedClient);
  if (client.getServerCapabilities()?.tools === undefined) return [];
  const { tools } = await inSession(client.transport, () => client.listTools({}, { signal: context.signal }));
  return tools;
};

/** The request that the checks follow to every place where it should appear. */
export interface Call {
  readonly method: 'tools/call' | 'tools/list' | 'ping';
  /** The name of the tool; empty for other methods. */
  readonly name: string;
  /** The id of the trace that should contain its span. A ping has none. */
  readonly traceId: string | undefined;
}

/** The stream of an answer ended without the answer. */
export class StreamCut extends CannotRun {
  constructor(
    readonly tool: string,
    readonly seconds: number,
  ) {
    super('the answer was cut off', 'PMCP-D006');
  }
}

/** Called when the stream of a request with this `traceparent` ends, with or without its answer. */
const streamEnds = new Map<unknown, () => void>();

/** The client waits for ever for an answer whose stream has ended. */
function tellOfCuts(transport: StreamableHTTPClientTransport): void {
  const send = transport.send.bind(transport);
  transport.send = (message, options) =>
    send(message, {
      ...options,
      onRequestStreamEnd: () => {
        options?.onRequestStreamEnd?.();
        const { params } = message as { readonly params?: { readonly _meta?: { traceparent?: unknown } } };
        streamEnds.get(params?._meta?.traceparent)?.();
      },
    });
}

/** Milliseconds in which an answer that was on the stream is handed over. */
const HANDED_OVER_MS = 1_000;

/** @throws StreamCut */
async function untilCut(name: string, traceparent: string, asked: Promise<unknown>): Promise<void> {
  const begin = performance.now();
  let timer: NodeJS.Timeout | undefined;
  const cut = new Promise<never>((_, reject) => {
    streamEnds.set(traceparent, () => {
      const seconds = (performance.now() - begin) / 1_000;
      timer = setTimeout(() => reject(new StreamCut(name, seconds)), HANDED_OVER_MS);
    });
  });
  try {
    await Promise.race([asked, cut]);
  } finally {
    clearTimeout(timer);
    streamEnds.delete(traceparent);
    // Nobody waits for it any more.
    asked.catch(() => {});
  }
}

/** The first such request, which shows of which kind they are. */
export const firstCall: Fact<Call> = (context) => call(context);

/** Sends another such request. Its result does not matter, only that it was answered. */
export async function call(context: Context): Promise<Call> {
  const client = await context.get(connectedClient);
  const { signal } = context;
  const tool = await chosenTool(context);
  const traceId = randomBytes(16).toString('hex');
  // The last part is the sampled flag, which asks to keep this trace at any sampling rate.
  const traceparent = `00-${traceId}-${randomBytes(8).toString('hex')}-01`;
  const _meta = { traceparent };
  if (tool !== undefined) {
    await untilCut(tool.name, traceparent, client.callTool({ ...tool, _meta }, { signal }));
    return { method: 'tools/call', name: tool.name, traceId };
  }
  if (client.getServerCapabilities()?.tools !== undefined) {
    await client.listTools({ _meta }, { signal, cacheMode: 'refresh' });
    return { method: 'tools/list', name: '', traceId };
  }
  await client.ping({ signal });
  return { method: 'ping', name: '', traceId: undefined };
}

/** Chooses the named tool, or one that declares itself read-only and needs no arguments. Any other tool may do harm. */
async function chosenTool(
  context: Context,
): Promise<{ name: string; arguments: Record<string, unknown> } | undefined> {
  const { tool: name, arguments: text } = context.settings;
  if (name !== undefined) return { name, arguments: parsedArguments(text) };
  const found = (await context.get(tools)).find(
    ({ annotations, inputSchema }) =>
      annotations?.readOnlyHint === true && (inputSchema.required ?? []).length === 0,
  );
  return found && { name: found.name, arguments: {} };
}

function parsedArguments(text = '{}'): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch (error) {
    throw new CannotRun(`expected --arguments to be JSON: ${(error as Error).message}`);
  }
}
