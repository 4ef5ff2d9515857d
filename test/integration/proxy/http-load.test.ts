import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Agent, createServer, get, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { scrape } from '../../support/exposition.js';
import { type RunningProxy, startHttpProxy } from '../../support/http-proxy.js';
import { connectClient, type HttpServer, startHttpServer } from '../../support/http-server.js';
import { until } from '../../support/until.js';

const STREAMS = 2_000;

let proxy: RunningProxy | undefined;
let server: HttpServer | undefined;
afterEach(async () => {
  await proxy?.stop();
  server?.child.kill('SIGKILL');
});

describe('the HTTP proxy under load', () => {
  it(`holds ${STREAMS} streams in 200 MB, and passes an event to all of them`, async () => {
    const streams: ServerResponse[] = [];
    const upstream = createServer((_, outgoing) => {
      outgoing.writeHead(200, { 'Content-Type': 'text/event-stream' }).flushHeaders();
      streams.push(outgoing);
    }).listen(0, '127.0.0.1', 4_096);
    await once(upstream, 'listening');
    proxy = await startHttpProxy(`http://127.0.0.1:${(upstream.address() as AddressInfo).port}`);
    const agent = new Agent({ keepAlive: false });
    const readers: IncomingMessage[] = [];
    let events = 0;
    for (let i = 0; i < STREAMS; i++) {
      const headers = { 'mcp-session-id': `session-${i}` };
      const sent = get(proxy.url, { agent, headers });
      sent.once('response', (response: IncomingMessage) => {
        readers.push(response);
        response.on('data', () => events++);
        response.on('error', () => {});
      });
      if (i % 100 === 99) await until(() => readers.length === i + 1);
    }
    for (const stream of streams)
      stream.write('data: {"jsonrpc":"2.0","method":"notifications/message"}\n\n');
    await until(() => events === STREAMS);

    const rss =
      Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${proxy.child.pid}/status`, 'utf8'))?.[1]) / 1_024;
    expect(rss).toBeLessThan(200);
    const { port } = proxy;
    const seen = 'pmcp_notifications_total{direction="sent",method="notifications/message"}';
    expect((await scrape(port)).get(seen)).toBe(STREAMS);

    for (const reader of readers) reader.destroy();
    await until(() => streams.every((stream) => stream.destroyed));
    upstream.close();
  });

  it('returns to nothing in flight when clients or the server are killed at any moment', async () => {
    server = await startHttpServer();
    proxy = await startHttpProxy(server.mcpUrl.origin);
    const url = new URL('/mcp', proxy.url);
    const clients = await Promise.all(Array.from({ length: 8 }, () => connectClient(url)));
    const calls = clients.map(async (client) => {
      for (let i = 0; i < 40; i++)
        await client.callTool({ name: 'wait', arguments: { ms: Math.random() * 30 } }).catch(() => {});
    });
    for (const client of clients.slice(4)) {
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 40));
      await client.close();
    }
    server.child.kill('SIGKILL');
    await Promise.all(calls);

    const { port } = proxy;
    await until(async () => {
      const samples = await scrape(port);
      const open = [...samples].filter(([series]) =>
        /^pmcp_(requests_in_flight|active_connections)/.test(series),
      );
      return open.length > 4 && open.every(([, value]) => value === 0);
    });
    expect(
      (await scrape(port)).get('pmcp_telemetry_dropped_total{signal="metrics",reason="internal_error"}'),
    ).toBe(0);
  });

  it('is ready as long as its server accepts connections', async () => {
    server = await startHttpServer();
    proxy = await startHttpProxy(server.mcpUrl.origin);
    const { port } = proxy;
    const ready = async () => (await fetch(`http://127.0.0.1:${port}/health/ready`)).status;
    expect(await ready()).toBe(200);
    server.child.kill('SIGKILL');
    await until(async () => (await ready()) === 503);
    expect((await fetch(`http://127.0.0.1:${port}/health/live`)).status).toBe(200);
  });

  it('lets calls finish on SIGTERM', async () => {
    server = await startHttpServer();
    proxy = await startHttpProxy(server.mcpUrl.origin);
    const { child, port } = proxy;
    const client = await connectClient(new URL('/mcp', proxy.url));
    const answer = client.callTool({ name: 'wait', arguments: { ms: 60_000 } });
    await until(async () => (await scrape(port)).get('pmcp_requests_in_flight{method="tools/call"}') === 1);
    const end = once(child, 'exit');
    child.kill('SIGTERM');
    await until(async () => (await fetch(`http://127.0.0.1:${port}/health/ready`)).status === 503);
    server.child.kill('SIGUSR2');
    expect(await answer).toMatchObject({ content: [{ text: 'done' }] });
    expect(await end).toEqual([null, 'SIGTERM']);
  });

  it('leaves no client waiting and no request in flight on the server when it is killed', async () => {
    const { child, mcpUrl, admin } = await startHttpServer();
    try {
      proxy = await startHttpProxy(mcpUrl.origin);
      const url = new URL('/mcp', proxy.url);
      const clients = await Promise.all(Array.from({ length: 8 }, () => connectClient(url)));
      const calls = clients.map((client) => client.callTool({ name: 'wait', arguments: { ms: 60_000 } }));
      const settled = Promise.allSettled(calls);
      const port = Number(new URL(admin).port);
      const waiting = async () => (await scrape(port)).get('pmcp_requests_in_flight{method="tools/call"}');
      await until(async () => (await waiting()) === clients.length);
      proxy.child.kill('SIGKILL');
      expect((await settled).map(({ status }) => status)).toEqual(clients.map(() => 'rejected'));
      await until(async () => (await waiting()) === 0);
    } finally {
      child.kill('SIGKILL');
    }
  });
});
