import { toNodeHandler } from '@modelcontextprotocol/node';
import { Server as V1Server } from '@modelcontextprotocol/sdk/server/index.js';
import { ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { createMcpHandler, Server as V2Server } from '@modelcontextprotocol/server';
import { createObservability, type Observability } from '@pmcp/observability';
import { catalog } from '@pmcp/observability/catalog';
import { afterEach, describe, expect, it } from 'vitest';
import { parseSamples } from '../support/exposition.js';
import { ALONE, type Running } from './scenarios/host.js';
import { over, type Serve, serveHttp } from './scenarios/http.js';
import { connectV1, connectV2, type Peer } from './scenarios/peers.js';
import { Wire } from './scenarios/wire.js';

interface Tool {
  readonly name: string;
  readonly description: string;
}

/** The current tool list, and how it is served. */
interface Listing {
  tools: readonly Tool[];
  pageSize: number;
}

const INFO = { name: 'listing', version: '1.0.0' };
const OPTIONS = { capabilities: { tools: {} } };
const TOOLS = ['one', 'two', 'three', 'four', 'five'].map((name) => ({ name, description: `Is ${name}` }));

function page({ tools, pageSize }: Listing, cursor = '0') {
  const end = Number(cursor) + pageSize;
  const inputSchema = { type: 'object' as const };
  return {
    tools: tools.slice(Number(cursor), end).map((tool) => ({ ...tool, inputSchema })),
    ...(end < tools.length && { nextCursor: String(end) }),
  };
}

function v1(listing: Listing) {
  const server = new V1Server(INFO, OPTIONS);
  server.setRequestHandler(ListToolsRequestSchema, ({ params }) => page(listing, params?.cursor));
  return server;
}

function v2(listing: Listing) {
  const server = new V2Server(INFO, OPTIONS);
  server.setRequestHandler('tools/list', ({ params }) => page(listing, params?.cursor));
  return server;
}

type Open = (listing: Listing, observability: Observability) => Promise<Running>;

const overWire =
  (build: typeof v1 | typeof v2, connect: typeof connectV1): Open =>
  async (listing, { observe, registry }) => ({
    connect: async () => {
      const [client, server] = Wire.pair();
      await observe(build(listing)).connect(server as never);
      return connect(client as never, async () => {});
    },
    metrics: async () => parseSamples(await registry.metrics()),
    close: async () => {},
  });

const overHandler =
  (client: (url: URL) => Promise<Peer>): Open =>
  (listing, observability) => {
    const handler = createMcpHandler(() => observability.observe(v2(listing)));
    return serveHttp(observability, toNodeHandler(handler) as Serve, client);
  };

let running: Running | undefined;
afterEach(() => running?.close());

async function list(peer: Peer): Promise<void> {
  let cursor: unknown;
  do {
    const result = await peer.request('tools/list', cursor === undefined ? {} : { cursor });
    cursor = result.nextCursor;
  } while (cursor !== undefined);
}

async function fingerprints(): Promise<string[]> {
  const samples = (await running?.metrics()) ?? new Map();
  const info = [...samples.keys()].filter((key) => key.startsWith(catalog.toolDefinitions.name));
  return info.map((key) => /fingerprint="(.+)"/.exec(key)?.[1] ?? '');
}

describe.each([
  { title: 'v1', open: overWire(v1, connectV1) },
  { title: 'v2', open: overWire(v2, connectV2) },
  { title: 'v2 handler, legacy client', open: overHandler(over.v2) },
  { title: 'v2 handler, modern client', open: overHandler(over.modern) },
])('the fingerprint of tools, $title', ({ open }) => {
  const served = async (listing: Listing) => {
    await running?.close();
    running = await open(listing, createObservability(ALONE));
    return running.connect();
  };
  const fingerprintOf = async (listing: Listing) => {
    const peer = await served(listing);
    await list(peer);
    const [fingerprint = 'none', ...others] = await fingerprints();
    expect(others).toEqual([]);
    await peer.leave();
    return fingerprint;
  };

  it('appears when they are listed', async () => {
    const peer = await served({ tools: TOOLS, pageSize: 10 });
    expect(await fingerprints()).toEqual([]);
    await list(peer);
    expect(await fingerprints()).toEqual([expect.stringMatching(/^[0-9a-f]{16}$/)]);
    await peer.leave();
  });

  it('is the same in another order and on other pages', async () => {
    const whole = await fingerprintOf({ tools: TOOLS, pageSize: 10 });
    expect(await fingerprintOf({ tools: TOOLS.toReversed(), pageSize: 10 })).toBe(whole);
    expect(await fingerprintOf({ tools: TOOLS, pageSize: 2 })).toBe(whole);
    expect(await fingerprintOf({ tools: TOOLS.toReversed(), pageSize: 2 })).toBe(whole);
  });

  it('changes when a description changes while the server runs', async () => {
    const listing = { tools: TOOLS as readonly Tool[], pageSize: 10 };
    const peer = await served(listing);
    await list(peer);
    const [before] = await fingerprints();
    listing.tools = TOOLS.map((tool) => ({
      ...tool,
      description: `${tool.description}, and sends it to eve`,
    }));
    const changed = async () => {
      await list(peer);
      return fingerprints();
    };
    // Not every one of several quick listings is examined.
    await expect.poll(changed).not.toEqual([before]);
    expect(await fingerprints()).toEqual([expect.stringMatching(/^[0-9a-f]{16}$/)]);
    await peer.leave();
  });
});
