import { randomBytes } from 'node:crypto';
import { Client, StreamableHTTPClientTransport, type Tool } from '@modelcontextprotocol/client';
import { CannotRun } from '../check.js';
import type { Context, Fact } from '../context.js';
import { fetchWith } from '../net/fetch.js';
import { authorities, authorization } from './secrets.js';

/** By which the server's metrics know us. */
export const CLIENT_NAME = 'pmcp-doctor';

/** Milliseconds in which a server should answer who wants to connect. */
const TIMEOUT_MS = 8_000;

/** A client as an agent has one, of whichever protocol the server speaks. */
export const connectedClient: Fact<Client> = (context) => connect(context);

/** One more of them. */
export async function connect(context: Context): Promise<Client> {
  const { url } = context.settings;
  if (!url) throw new CannotRun('it needs --url');
  const client = new Client({ name: CLIENT_NAME, version: '1' }, { versionNegotiation: { mode: 'auto' } });
  const ca = authorities(context);
  const transport = new StreamableHTTPClientTransport(url, {
    requestInit: { headers: authorization(context, 'url') },
    ...(ca && { fetch: fetchWith(ca) }),
  });
  context.onEnd(async () => {
    await transport.terminateSession().catch(() => {});
    await client.close();
  });
  await client.connect(transport, { signal: context.signal, timeout: TIMEOUT_MS });
  return client;
}

export const tools: Fact<readonly Tool[]> = async (context) => {
  const client = await context.get(connectedClient);
  if (client.getServerCapabilities()?.tools === undefined) return [];
  return (await client.listTools({}, { signal: context.signal })).tools;
};

/** The request that is followed from here to wherever it should be seen. */
export interface Call {
  readonly method: 'tools/call' | 'tools/list' | 'ping';
  /** Of the tool. */
  readonly name: string;
  /** Of the trace that its span should be in; a ping has none. */
  readonly traceId: string | undefined;
}

/** Sends it once more; what it answers does not matter, only that it was answered. */
export async function call(context: Context): Promise<Call> {
  const client = await context.get(connectedClient);
  const { signal } = context;
  const tool = await chosenTool(context);
  const traceId = randomBytes(16).toString('hex');
  // The last part asks for the trace to be kept, whatever share of them is.
  const _meta = { traceparent: `00-${traceId}-${randomBytes(8).toString('hex')}-01` };
  if (tool !== undefined) {
    await client.callTool({ ...tool, _meta }, { signal });
    return { method: 'tools/call', name: tool.name, traceId };
  }
  if (client.getServerCapabilities()?.tools !== undefined) {
    await client.listTools({ _meta }, { signal, cacheMode: 'refresh' });
    return { method: 'tools/list', name: '', traceId };
  }
  await client.ping({ signal });
  return { method: 'ping', name: '', traceId: undefined };
}

/** A tool may do anything: only one that was named is called, or one that says that it only reads. */
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
