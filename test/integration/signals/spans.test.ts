import { context, propagation, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import { createObservability, type Options } from '@pmcp/observability';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Host } from '../scenarios/host.js';
import { hosts } from '../scenarios/hosts.js';
import type { Peer } from '../scenarios/peers.js';
import { tools } from '../scenarios/tools.js';
import { registerApplicationProvider, Witness } from './witnesses.js';

const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';
const PARENT_ID = '00f067aa0ba902b7';
const _meta = {
  traceparent: `00-${TRACE_ID}-${PARENT_ID}-01`,
  tracestate: 'vendor=1',
  baggage: 'tenant=blue',
};

const inProcess = hosts.filter(({ transport }) => transport !== 'stdio');
const over = (title: string) => hosts.find((host) => host.title === title) as Host;

beforeAll(() => void registerApplicationProvider());

interface Played {
  readonly spans: readonly ReadableSpan[];
  readonly witness: Witness;
}

/** Plays on a host, and returns the spans. */
async function played(
  host: Host,
  play: (peer: Peer) => Promise<unknown>,
  options: Options = {},
): Promise<Played> {
  const witness = new Witness();
  const running = await host.open({ ...witness.options, ...options });
  const peer = await running.connect();
  await play(peer).catch(() => {});
  await peer.leave().catch(() => {});
  await running.close();
  return { spans: witness.spans(), witness };
}

const named = (spans: readonly ReadableSpan[], name: string) => spans.find((span) => span.name === name);
const echo = (meta: object = {}) => ({ name: 'echo', arguments: { text: 'hi' }, ...meta });

describe.each(inProcess)('a request on $title', (host) => {
  it('continues the trace in its _meta', async () => {
    const { spans } = await played(host, async (peer) => {
      await peer.request('tools/call', echo());
      await peer.request('tools/call', echo({ _meta }));
    });
    const span = spans.findLast(({ name }) => name === 'tools/call echo');
    expect(span?.spanContext().traceId).toBe(TRACE_ID);
    expect(span?.parentSpanContext?.spanId).toBe(PARENT_ID);
    expect(span?.spanContext().traceState?.serialize()).toBe('vendor=1');
    expect(span?.kind).toBe(SpanKind.SERVER);
    expect(span?.status.code).toBe(SpanStatusCode.UNSET);
    expect(span?.attributes).toMatchObject({
      'mcp.method.name': 'tools/call',
      'gen_ai.operation.name': 'execute_tool',
      'gen_ai.tool.name': 'echo',
      'jsonrpc.request.id': expect.any(String),
      'mcp.protocol.version': host.era === 'modern' ? '2026-07-28' : expect.stringMatching(/^20\d\d-/),
      'pmcp.outcome': 'ok',
    });
    const way = host.transport === 'other' ? [undefined, undefined] : ['tcp', 'http'];
    expect([span?.attributes['network.transport'], span?.attributes['network.protocol.name']]).toEqual(way);
    if (host.transport !== 'other') {
      expect(span?.attributes).toMatchObject({
        'client.address': expect.stringContaining('127.0.0.1'),
        'client.port': expect.any(Number),
        'network.protocol.version': '1.1',
      });
    }
    if (host.title.includes('stateful HTTP'))
      expect(span?.attributes).toMatchObject({ 'mcp.session.id': expect.any(String) });
    expect(JSON.stringify(span?.attributes)).not.toContain('hi');
  });

  it('records the exception of its handler, without the stack', async () => {
    const { spans } = await played(host, (peer) => peer.request('tools/call', { name: 'throws' }));
    const span = spans.find(({ attributes }) => attributes['gen_ai.tool.name'] === 'throws');
    expect(span?.events).toMatchObject([
      { name: 'exception', attributes: { 'exception.type': 'Error', 'exception.message': 'a bug' } },
    ]);
    expect(span?.events[0]?.attributes).not.toHaveProperty('exception.stacktrace');
    expect(span?.status.code).toBe(SpanStatusCode.ERROR);
  });
});

describe.each(inProcess)('notifications on $title', (host) => {
  const play = (peer: Peer) =>
    peer.request('tools/call', { name: 'progresses', arguments: {}, _meta: { ..._meta, progressToken: 7 } });
  const ofNotifications = (spans: readonly ReadableSpan[]) =>
    spans.filter(({ name }) => name.startsWith('notifications/'));

  it('have no spans unless these are enabled', async () => {
    expect(ofNotifications((await played(host, play)).spans)).toEqual([]);
    const { spans } = await played(host, play, { traces: { notifications: true } });
    const progress = named(spans, 'notifications/progress');
    const call = spans.find(({ attributes }) => attributes['gen_ai.tool.name'] === 'progresses');
    expect(progress?.kind).toBe(SpanKind.CLIENT);
    expect(progress?.attributes).toMatchObject({ 'mcp.method.name': 'notifications/progress' });
    expect(progress?.parentSpanContext?.spanId).toBe(call?.spanContext().spanId);
    const initialized = named(spans, 'notifications/initialized');
    // Newer clients have no handshake to end.
    expect(initialized?.kind).toBe(host.era === 'modern' ? undefined : SpanKind.SERVER);
  });
});

describe.each(['v1 in memory', 'v2 in memory'].map(over))('inside a handler on $title', (host) => {
  it('spans, log lines and baggage belong to the request', async () => {
    let tenant: string | undefined;
    const original = tools.echo?.run;
    const witness = new Witness();
    const observability = createObservability({
      ...witness.options,
      metrics: { port: false, runtime: false },
      shutdown: { onSigterm: false },
    });
    Object.assign(tools.echo ?? {}, {
      run: async (args: Record<string, unknown>) => {
        await null;
        tenant = propagation.getActiveBaggage()?.getEntry('tenant')?.value;
        observability.logger.info('inside');
        trace.getTracer('app').startSpan('work').end();
        return { content: [{ type: 'text', text: String(args.text) }] };
      },
    });
    try {
      const running = await host.open({}, observability.observe);
      const peer = await running.connect();
      await peer.request('tools/call', echo({ _meta }));
      await running.close();
    } finally {
      Object.assign(tools.echo ?? {}, { run: original });
    }
    const request = named(witness.spans(), 'tools/call echo');
    const { spanId, traceId } = request?.spanContext() ?? {};
    expect(named(witness.spans(), 'work')?.parentSpanContext?.spanId).toBe(spanId);
    expect(witness.all().find(({ msg }) => msg === 'inside')).toMatchObject({
      trace_id: traceId,
      span_id: spanId,
      'mcp.method': 'tools/call',
      'mcp.name': 'echo',
    });
    expect(tenant).toBe('blue');
  });

  it('a request to the client is a CLIENT span that the client can continue', async () => {
    const { spans } = await played(host, (peer) => peer.request('tools/call', { name: 'samples', _meta }));
    const server = spans.find(({ attributes }) => attributes['gen_ai.tool.name'] === 'samples');
    const client = named(spans, 'sampling/createMessage');
    expect(client?.kind).toBe(SpanKind.CLIENT);
    expect(client?.parentSpanContext?.spanId).toBe(server?.spanContext().spanId);
    expect(client?.attributes).toMatchObject({ 'mcp.method.name': 'sampling/createMessage' });
  });

  it('a request to the client carries its context, and keeps what the application sent', async () => {
    const sent: { params: { _meta: Record<string, unknown> } }[] = [];
    const transport = {
      start: async () => {},
      close: async () => {},
      send: async (message: never) => void sent.push(message),
    };
    const { observe } = createObservability({ metrics: { port: false }, shutdown: { onSigterm: false } });
    await observe({ connect: (to: typeof transport) => to.start() }).connect(transport);
    const params = { prompt: 'Hello?', _meta: { progressToken: 1 } };
    await transport.send({ jsonrpc: '2.0', id: 1, method: 'elicitation/create', params } as never);
    const [message] = sent;
    expect(message?.params).toMatchObject({ prompt: 'Hello?', _meta: { progressToken: 1 } });
    expect(message?.params._meta.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    expect(params._meta).toEqual({ progressToken: 1 });
    await transport.close();
  });

  it('a request that the client refuses is an error of its CLIENT span', async () => {
    const { spans } = await played(host, (peer) => peer.request('tools/call', { name: 'samples-in-vain' }));
    const client = named(spans, 'sampling/createMessage');
    expect(client?.attributes).toMatchObject({ 'error.type': '-1', 'rpc.response.status_code': '-1' });
    expect(client?.status.code).toBe(SpanStatusCode.ERROR);
  });
});

describe('the parent of a request', () => {
  const host = over('v2 in memory');
  const ambient = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 };
  const around = trace.setSpanContext(ROOT_CONTEXT, ambient);

  it('is in _meta, and the span around it becomes a link', async () => {
    const { spans } = await played(host, (peer) =>
      context.with(around, () => peer.request('tools/call', echo({ _meta }))),
    );
    const span = spans.findLast(({ attributes }) => attributes['gen_ai.tool.name'] === 'echo');
    expect(span?.parentSpanContext?.spanId).toBe(PARENT_ID);
    expect(span?.links.map((link) => link.context.spanId)).toEqual([ambient.spanId]);
  });

  it('is the span around it if _meta has none', async () => {
    const { spans } = await played(host, (peer) =>
      context.with(around, () => peer.request('tools/call', echo())),
    );
    const span = spans.findLast(({ attributes }) => attributes['gen_ai.tool.name'] === 'echo');
    expect(span?.parentSpanContext?.spanId).toBe(ambient.spanId);
    expect(span?.links).toEqual([]);
  });

  it.each([
    ['a number', { traceparent: 5 }],
    ['an array', ['traceparent']],
    ['a malformed one', { traceparent: '00-zz-1-01' }],
    ['a long one', { traceparent: 'x'.repeat(100_000), tracestate: 'y'.repeat(100_000) }],
    ['a hostile key', JSON.parse('{"__proto__": {"traceparent": "00-1-1-01"}}')],
  ])('does not exist if _meta contains %s', async (_, meta) => {
    const { spans } = await played(over('v1 over a custom transport'), (peer) =>
      peer.send({ jsonrpc: '2.0', id: 9, method: 'ping', params: { _meta: meta } }),
    );
    await expect.poll(() => named(spans, 'ping')?.parentSpanContext).toBeUndefined();
  });
});

describe('an invented tool name', () => {
  it('is an attribute and no span name, and is truncated', async () => {
    const name = 'x'.repeat(10_000);
    const { spans } = await played(over('v2 in memory'), (peer) => peer.request('tools/call', { name }));
    const span = named(spans, 'tools/call');
    expect(span?.attributes['gen_ai.tool.name']).toBe('x'.repeat(200));
    expect(span?.attributes['rpc.response.status_code']).toBe('-32602');
    expect(span?.attributes).not.toHaveProperty('error.type');
  });
});

describe('content of requests', () => {
  const host = over('v2 in memory');
  const options = {
    traces: {
      exceptionStacks: true,
      capture: { arguments: true, results: true, resourceUris: true, maxLength: 40 },
    },
  };

  it('is in spans if that is enabled, and is truncated', async () => {
    const { spans } = await played(host, (peer) => peer.request('tools/call', echo()), options);
    expect(named(spans, 'tools/call echo')?.attributes).toMatchObject({
      'gen_ai.tool.call.arguments': '{"text":"hi"}',
      'gen_ai.tool.call.result': '{"content":[{"type":"text","text":"hi"}]}'.slice(0, 40),
    });
  });

  it('includes the resource and the stack', async () => {
    const { spans } = await played(
      host,
      async (peer) => {
        await peer.request('resources/read', { uri: 'note://first' });
        await peer.request('tools/call', { name: 'throws' });
      },
      options,
    );
    expect(named(spans, 'resources/read')?.attributes['mcp.resource.uri']).toBe('note://first');
    const [event] = spans.find((span) => span.events.length > 0)?.events ?? [];
    expect(event?.attributes?.['exception.stacktrace']).toMatch(/^Error: a bug\n {4}at /);
  });

  it('is in no signal by default', async () => {
    const { spans, witness } = await played(host, async (peer) => {
      await peer.request('resources/read', { uri: 'note://first' });
      await peer.request('tools/call', { name: 'echo', arguments: { text: 'a secret' } });
    });
    const attributes = spans.map((span) => [span.name, span.attributes, span.events]);
    expect(JSON.stringify([attributes, witness.all()])).not.toMatch(/a secret|note:\/\//);
  });
});
