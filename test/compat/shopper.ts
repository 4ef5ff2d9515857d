import * as v2 from '@modelcontextprotocol/client';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';

/** What a client has seen of a server, and how many exchanges that took. */
export interface Visit {
  readonly seen: readonly unknown[];
  readonly exchanges: number;
}

/** The protocol of a client: 2025 has sessions, 2026 has none. */
export type Era = '2025' | '2026';

/** The calls of each visitor: two succeed, one fails, and one is for an unknown tool. */
const CALLS = [
  { name: 'add', arguments: { a: 1, b: 2 } },
  { name: 'fail', arguments: {} },
  { name: 'add', arguments: { a: 3, b: 4 } },
  { name: 'no_such_tool', arguments: {} },
];

/** Visits a server with the client of the SDK, and says goodbye if the server supports it. */
export async function visit(url: URL, era: Era): Promise<Visit> {
  const { client, transport, exchanges } = await enter(url, era);
  const seen: unknown[] = [
    client.getServerVersion(),
    client.getServerCapabilities(),
    await client.listTools(),
  ];
  for (const call of CALLS) seen.push(await client.callTool(call).catch(said));
  await transport.terminateSession().catch((error) => seen.push(said(error)));
  await client.close();
  return { seen, exchanges: exchanges() };
}

/** The part of both clients that visitors need. */
interface Entered {
  readonly client: Pick<Client, 'getServerVersion' | 'getServerCapabilities' | 'close'> & {
    listTools(): Promise<unknown>;
    callTool(call: (typeof CALLS)[number]): Promise<unknown>;
  };
  readonly transport: { terminateSession(): Promise<void> };
  readonly exchanges: () => number;
}

const SHOPPER = { name: 'shopper', version: '1.0.0' };

async function enter(url: URL, era: Era): Promise<Entered> {
  let count = 0;
  const counted: typeof fetch = (...args) => {
    count++;
    return fetch(...args);
  };
  const exchanges = () => count;
  if (era === '2025') {
    const client = new Client(SHOPPER);
    const transport = new StreamableHTTPClientTransport(url, { fetch: counted });
    await client.connect(transport);
    return { client, transport, exchanges };
  }
  const client = new v2.Client(SHOPPER, { versionNegotiation: { mode: { pin: '2026-07-28' } } });
  const transport = new v2.StreamableHTTPClientTransport(url, { fetch: counted });
  await client.connect(transport);
  return { client, transport, exchanges };
}

/** Returns the text of an error without ids, which differ between runs. */
function said(error: unknown): string {
  return String(error).replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'ID');
}

/** Connects to a server, and disconnects without a goodbye. */
export async function vanish(url: URL, era: Era): Promise<number> {
  const { client, exchanges } = await enter(url, era);
  await client.listTools();
  await client.close();
  return exchanges();
}
