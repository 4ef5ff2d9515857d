import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Collector } from '../../../scripts/collector/collector.js';
import { type RunningProxy, startHttpProxy } from '../../support/http-proxy.js';
import { connectClient, startHttpServer } from '../../support/http-server.js';
import { THROUGH_PROXY } from '../../support/proxy.js';
import { responseTo } from '../../support/response.js';
import { until } from '../../support/until.js';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const CLIENT_SPAN = '00f067aa0ba902b7';
const traceparent = `00-${TRACE}-${CLIENT_SPAN}-01`;

let collector: Collector;
let proxy: RunningProxy | undefined;
let cleanUp: (() => unknown)[];

beforeEach(async () => {
  cleanUp = [];
  collector = await Collector.start();
});
afterEach(async () => {
  await proxy?.stop();
  for (const step of cleanUp) await step();
  await collector.stop();
});

const exporting = () => ({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_BSP_SCHEDULE_DELAY: '50' });

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/**
 * Starts a server that answers everything behind the proxy. Returns a function that posts and returns what
 * the server got.
 */
async function posting(flags: readonly string[] = []) {
  let received: Received | undefined;
  const server = createServer(async (incoming, outgoing) => {
    let body = '';
    for await (const chunk of incoming) body += chunk;
    received = { headers: incoming.headers, body };
    outgoing.setHeader('content-type', 'application/json').end('{"jsonrpc":"2.0","id":1,"result":{}}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanUp.push(() => server.close());
  proxy = await startHttpProxy(
    `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    flags,
    exporting(),
  );
  const { url } = proxy;
  return async (body: string, headers: Record<string, string> = {}): Promise<Received> => {
    const sent = request(url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...headers },
    });
    sent.end(body);
    const response = await responseTo(sent);
    for await (const _ of response);
    return received as Received;
  };
}

async function theSpan() {
  await until(() => collector.spans.length === 1);
  return collector.spans[0]!;
}

const call = (meta?: object) =>
  JSON.stringify({
    jsonrpc: '2.0',
    id: 1,
    method: 'tools/call',
    params: { name: 'a', ...(meta && { _meta: meta }) },
  });

describe('the trace context that the HTTP proxy passes on', () => {
  it('is a header that begins a trace if the client has none', async () => {
    const { headers, body } = await (await posting())(call());
    const { traceId, spanId, parentSpanId } = await theSpan();
    expect(headers.traceparent).toBe(`00-${traceId}-${spanId}-01`);
    expect(parentSpanId).toBe('');
    expect(body).toBe(call());
  });

  it.each([
    ['of its header', call(), { traceparent, tracestate: 'a=b' }],
    ['of _meta', call({ traceparent, tracestate: 'a=b' }), {}],
    ['of _meta, whatever its header says', call({ traceparent, tracestate: 'a=b' }), { traceparent: '00-x' }],
  ])("continues the client's trace: that %s", async (_, message, sent) => {
    const { headers, body } = await (await posting())(message, sent);
    const span = await theSpan();
    expect(span).toMatchObject({ traceId: TRACE, parentSpanId: CLIENT_SPAN });
    expect(headers).toMatchObject({ traceparent: `00-${TRACE}-${span.spanId}-01`, tracestate: 'a=b' });
    expect(body).toBe(message);
  });

  it('is also in _meta if that is allowed, and changes nothing else in the body', async () => {
    const message = `{"jsonrpc":"2.0","id":1, "big": 12345678901234567890, "method":"tools/call","params":{"_meta":{"x":1.0,"traceparent":"${traceparent}"} }}`;
    const { headers, body } = await (await posting(['--inject-meta']))(message);
    const own = `00-${TRACE}-${(await theSpan()).spanId}-01`;
    expect(headers.traceparent).toBe(own);
    expect(body).toBe(message.replace(traceparent, own));
  });

  it('is not in the _meta of an initialize request, which servers would mistake for another protocol', async () => {
    const initialize = '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"capabilities":{}}}';
    const { headers, body } = await (await posting(['--inject-meta']))(initialize);
    expect(headers.traceparent).toContain((await theSpan()).spanId);
    expect(body).toBe(initialize);
  });

  it('is not added to a batch, whose requests have their own, nor to other messages', async () => {
    const post = await posting(['--inject-meta']);
    const batch = `[${call()},${call().replace('"id":1', '"id":2')}]`;
    for (const message of [batch, '{"jsonrpc":"2.0","method":"notifications/initialized"}', 'no JSON']) {
      const { headers, body } = await post(message, { traceparent });
      expect([headers.traceparent, body]).toEqual([traceparent, message]);
    }
  });

  it('does not delay a chunked body without a length', async () => {
    const post = await posting();
    const { headers, body } = await post(call(), { 'Transfer-Encoding': 'chunked', traceparent });
    expect([headers.traceparent, body]).toEqual([traceparent, call()]);
  });
});

describe("a server's own span, behind the proxy", () => {
  const spanOf = (service: string) =>
    collector.spans.find(
      ({ name, resource }) => name.startsWith('tools/call') && resource['service.name'] === service,
    );
  const named = (service: string) => ({ ...exporting(), OTEL_SERVICE_NAME: service });

  async function expectOneAfterTheOther() {
    await until(() => spanOf('server') !== undefined && spanOf('proxy') !== undefined);
    expect(spanOf('proxy')).toMatchObject({ traceId: TRACE, parentSpanId: CLIENT_SPAN });
    expect(spanOf('server')).toMatchObject({ traceId: TRACE, parentSpanId: spanOf('proxy')?.spanId });
  }

  it("is a child of the proxy's span, which is a child of the client's: over HTTP", async () => {
    const server = await startHttpServer({}, named('server'));
    cleanUp.push(() => server.child.kill('SIGKILL'));
    proxy = await startHttpProxy(server.mcpUrl.origin, ['--inject-meta'], named('proxy'));
    const client = await connectClient(new URL('/mcp', proxy.url));
    await client.callTool({ name: 'wait', arguments: { ms: 1 }, _meta: { traceparent } });
    await expectOneAfterTheOther();
    await client.close();
  });

  it("is a child of the client's span if the body must not be changed", async () => {
    const server = await startHttpServer({}, named('server'));
    cleanUp.push(() => server.child.kill('SIGKILL'));
    proxy = await startHttpProxy(server.mcpUrl.origin, [], named('proxy'));
    const client = new Client({ name: 'tester', version: '1.0.0' });
    await client.connect(new StreamableHTTPClientTransport(new URL('/mcp', proxy.url)));
    await client.callTool({ name: 'wait', arguments: { ms: 1 }, _meta: { traceparent } });
    await until(() => spanOf('server') !== undefined);
    expect(spanOf('server')).toMatchObject({ traceId: TRACE, parentSpanId: CLIENT_SPAN });
    await client.close();
  });

  it("is a child of the proxy's span, which is a child of the client's: over stdio", async () => {
    const [command = '', ...through] = THROUGH_PROXY;
    const server = ['env', 'OTEL_SERVICE_NAME=server', process.execPath, 'test/fixtures/stdio-server.mjs'];
    const args = [...through.slice(0, -1), '--inject-meta', '--', ...server];
    const env = { PATH: process.env.PATH ?? '', ...named('proxy') };
    const client = new Client({ name: 'tester', version: '1.0.0' });
    await client.connect(new StdioClientTransport({ command, args, env, stderr: 'ignore' }));
    const { tools } = await client.listTools();
    await client.callTool({ name: tools[0]?.name ?? '', arguments: {}, _meta: { traceparent } });
    await client.close();
    await expectOneAfterTheOther();
  });

  it('has no parent in the _meta of an initialize request over stdio either', async () => {
    const [command = '', ...through] = THROUGH_PROXY;
    const echo = [process.execPath, 'test/fixtures/proxy/echo.mjs'];
    const args = [...through.slice(0, -1), '--inject-meta', '--', ...echo];
    const child = spawn(command, args, { env: { ...process.env, ...exporting() }, stdio: 'pipe' });
    child.stderr.resume();
    const initialize = '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"capabilities":{}}}';
    child.stdin.end(`${initialize}\n${call()}\n`);
    const [first, second] = (await text(child.stdout)).split('\n');
    expect(first).toBe(initialize);
    expect(JSON.parse(second ?? '').params._meta.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  });
});
