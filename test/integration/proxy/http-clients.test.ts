import { type ChildProcess, spawn } from 'node:child_process';
import { Client as ClientV2, StreamableHTTPClientTransport as HttpV2 } from '@modelcontextprotocol/client';
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { StreamableHTTPClientTransport as HttpV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { freePort } from '../../../scripts/free-port.js';
import { scrape } from '../../support/exposition.js';
import { type RunningProxy, startHttpProxy } from '../../support/http-proxy.js';
import { connectClient, startHttpServer } from '../../support/http-server.js';
import { officialServer } from '../../support/proxy.js';
import { until } from '../../support/until.js';

const servers: ChildProcess[] = [];
let proxy: RunningProxy | undefined;
afterEach(() => proxy?.stop());
afterAll(() => {
  for (const server of servers) server.kill('SIGKILL');
});

async function everything(transport: 'streamableHttp' | 'sse'): Promise<string> {
  const port = await freePort();
  const args = [officialServer('everything'), transport];
  servers.push(
    spawn(process.execPath, args, { env: { ...process.env, PORT: String(port) }, stdio: 'ignore' }),
  );
  const url = `http://127.0.0.1:${port}`;
  await until(() =>
    fetch(url).then(
      () => true,
      () => false,
    ),
  );
  return url;
}

/** What the clients of both SDK versions have in common. */
interface AnyClient {
  connect(transport: unknown): Promise<void>;
  close(): Promise<void>;
  listTools(): Promise<unknown>;
  callTool(call: object): Promise<unknown>;
  getServerVersion(): unknown;
}

const CLIENTS = {
  'SDK v1, Streamable HTTP': { Client: ClientV1, Transport: HttpV1, server: 'streamableHttp', path: '/mcp' },
  'SDK v2, Streamable HTTP': { Client: ClientV2, Transport: HttpV2, server: 'streamableHttp', path: '/mcp' },
  'SDK v1, HTTP+SSE': { Client: ClientV1, Transport: SSEClientTransport, server: 'sse', path: '/sse' },
} as const;

async function connect({ Client, Transport, path }: (typeof CLIENTS)[keyof typeof CLIENTS], base: string) {
  const client = new Client({ name: 'tester', version: '1.0.0' }) as unknown as AnyClient;
  const transport = new Transport(new URL(path, base));
  await client.connect(transport);
  return { client, transport };
}

async function session(client: AnyClient): Promise<unknown[]> {
  const results: unknown[] = [client.getServerVersion(), await client.listTools()];
  for (const call of [
    { name: 'echo', arguments: { message: 'ünïcödé '.repeat(20_000) } },
    { name: 'get-sum', arguments: { a: 1, b: 2 } },
    { name: 'get-sum', arguments: { a: 'no number' } },
    { name: 'no-such-tool' },
  ])
    results.push(await client.callTool(call).catch((error: Error) => error.message));
  return results;
}

describe.each(Object.entries(CLIENTS))('a client of %s', (_, kind) => {
  it('gets the same with and without the proxy, and is counted', async () => {
    const upstream = await everything(kind.server);
    const direct = await connect(kind, upstream);
    const expected = await session(direct.client);
    await direct.client.close();
    proxy = await startHttpProxy(upstream);
    const { client, transport } = await connect(kind, proxy.url);

    expect(await session(client)).toEqual(expected);

    const label = kind.server === 'sse' ? 'sse' : 'streamable_http';
    const samples = await scrape(proxy.port);
    expect(samples.get('pmcp_requests_total{method="tools/call",name="echo",outcome="ok"}')).toBe(1);
    expect(samples.get('pmcp_requests_total{method="tools/call",name="get-sum",outcome="tool_error"}')).toBe(
      1,
    );
    expect(samples.get('pmcp_requests_in_flight{method="tools/call"}')).toBe(0);
    expect(samples.get(`pmcp_active_connections{transport="${label}"}`)).toBe(1);
    expect(
      [...samples.keys()].filter((series) => /^pmcp_connections_total.*client="tester"/.test(series)),
    ).toHaveLength(1);
    expect([...samples.keys()].some((series) => /^pmcp_build_info.*everything/.test(series))).toBe(true);

    if (transport instanceof HttpV1 || transport instanceof HttpV2) await transport.terminateSession();
    await client.close();
    const { port } = proxy;
    await until(async () => (await scrape(port)).get(`pmcp_active_connections{transport="${label}"}`) === 0);
  });
});

describe('a client of protocol 2026-07-28', () => {
  it('is counted as the server behind the proxy counts it', async () => {
    const server = await startHttpServer();
    servers.push(server.child);
    proxy = await startHttpProxy(server.mcpUrl.origin);
    const client = await connectClient(new URL('/mcp', proxy.url));
    await client.listTools();
    await Promise.all([1, 2, 3].map((ms) => client.callTool({ name: 'wait', arguments: { ms } })));
    await client.callTool({ name: 'invented' }).catch(() => {});
    await client.close();

    const { port } = proxy;
    const active = 'pmcp_active_connections{transport="streamable_http"}';
    await until(async () => (await scrape(port)).get(active) === 0);
    const inside = await scrape(Number(new URL(server.admin).port));
    const outside = await scrape(port);
    const counts = (samples: ReadonlyMap<string, number>) =>
      [...samples]
        .filter(([series]) => /^pmcp_(requests|connections|errors|notifications)_total/.test(series))
        .sort();
    expect(counts(outside)).toEqual(counts(inside));
  });
});
