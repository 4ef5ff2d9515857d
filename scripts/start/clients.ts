import * as v2 from '@modelcontextprotocol/client';
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as TransportV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Tally } from './tally.js';

interface CallOptions {
  readonly signal?: AbortSignal;
  readonly onprogress?: () => void;
}

/** A connected client, whichever SDK and protocol it uses. */
export interface Caller {
  callTool(name: string, args?: Record<string, unknown>, options?: CallOptions): Promise<unknown>;
  listTools(): Promise<unknown>;
  listResources(): Promise<unknown>;
  readResource(uri: string): Promise<unknown>;
  getPrompt(name: string, args: Record<string, string>): Promise<unknown>;
  complete(prompt: string, argument: string, value: string): Promise<unknown>;
  /** Undefined if the protocol has no ping. */
  ping?(): Promise<unknown>;
  /**
   * Disconnects. With a goodbye it deletes the session.
   * Without one it leaves the session behind, as most clients do.
   */
  leave(goodbye: boolean): Promise<void>;
}

export type Connect = (url: URL, tally: Tally) => Promise<Caller>;

/** Protocol 2026-07-28: no handshake, no session. */
export const connectModern: Connect = async (url, tally) => {
  const client = new v2.Client(
    { name: 'notes-desktop', version: '4.1.0' },
    { versionNegotiation: { mode: { pin: '2026-07-28' } } },
  );
  const transport = tally.watch(new v2.StreamableHTTPClientTransport(url));
  await client.connect(transport);
  return {
    ...caller(client, (params, options) => client.callTool(params, options)),
    leave: async () => {
      await tally.settled(transport);
      await client.close();
    },
  };
};

/** Protocol 2025-11-25 from SDK v2, with a session. */
export const connectLegacy: Connect = async (url, tally) => {
  const client = new v2.Client({ name: 'notes-cli', version: '2.0.3' });
  const transport = tally.watch(new v2.StreamableHTTPClientTransport(url));
  await client.connect(transport);
  return {
    ...caller(client, (params, options) => client.callTool(params, options)),
    ping: () => client.ping(),
    leave: (goodbye) => tally.settled(transport).then(() => leave(client, transport, goodbye)),
  };
};

/** Protocol 2025-11-25 from SDK v1, with a session, as most clients do today. */
export const connectV1: Connect = async (url, tally) => {
  const client = new ClientV1({ name: 'notes-web', version: '0.9.7' });
  const transport = tally.watch(new TransportV1(url));
  // The SDK's types do not support exactOptionalPropertyTypes, which this repository sets.
  await client.connect(transport as Parameters<typeof client.connect>[0]);
  return {
    ...caller(client, (params, options) => client.callTool(params, undefined, options)),
    ping: () => client.ping(),
    leave: (goodbye) => tally.settled(transport).then(() => leave(client, transport, goodbye)),
  };
};

interface CallToolParams {
  readonly name: string;
  readonly arguments?: Record<string, unknown>;
  readonly [key: string]: unknown;
}

/** The parts that the clients of both SDKs share. Only `callTool` takes its options at another position. */
function caller(
  client: v2.Client | ClientV1,
  callTool: (params: CallToolParams, options: CallOptions) => Promise<unknown>,
): Omit<Caller, 'ping' | 'leave'> {
  return {
    callTool: (name, args = {}, options = {}) => callTool({ name, arguments: args }, options),
    listTools: () => client.listTools(),
    listResources: () => client.listResources(),
    readResource: (uri) => client.readResource({ uri }),
    getPrompt: (name, args) => client.getPrompt({ name, arguments: args }),
    complete: (name, argument, value) =>
      client.complete({ ref: { type: 'ref/prompt', name }, argument: { name: argument, value } }),
  };
}

interface Closable {
  close(): Promise<void>;
}

async function leave(
  client: Closable,
  transport: { terminateSession(): Promise<void> },
  goodbye: boolean,
): Promise<void> {
  if (goodbye) await transport.terminateSession();
  await client.close();
}
