import { Client, InMemoryTransport } from '@modelcontextprotocol/client';
import { McpServer } from '@modelcontextprotocol/server';
import { SpanStatusCode, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-grpc';
import { createObservability, type Options } from '@pmcp/observability';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Collector } from '../../../scripts/collector/collector.js';
import type { Span } from '../../../scripts/collector/decode.js';
import { loadExporters } from '../../support/exporters-loaded.js';

beforeAll(loadExporters);

const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';
const _meta = { traceparent: `00-${TRACE_ID}-00f067aa0ba902b7-01`, tracestate: 'vendor=1' };
const SECRET = `sk-${'a1B2'.repeat(12)}`;
const DONE = { content: [] };

let collector: Collector;
beforeAll(async () => {
  collector = await Collector.start();
});
afterAll(() => collector.stop());

/** Tools that do to their span what applications do. */
const TOOLS: Readonly<Record<string, () => object | Promise<object>>> = {
  plain: () => DONE,
  attribute: () => {
    trace.getActiveSpan()?.setAttributes({ tenant: 'köln', list: ['a', 'b'], secret: SECRET });
    return DONE;
  },
  child: () =>
    trace.getTracer('application').startActiveSpan('inside', (span) => {
      span.setAttribute('inner', 1).end();
      return DONE;
    }),
  event: () => {
    const span = trace.getActiveSpan();
    span?.addEvent('happened', { n: 1 }).addLink({ context: span.spanContext() });
    return DONE;
  },
  status: () => {
    trace.getActiveSpan()?.setStatus({ code: SpanStatusCode.ERROR, message: `no ${SECRET}` });
    return DONE;
  },
  renamed: () => {
    trace.getActiveSpan()?.updateName('mine');
    return DONE;
  },
  ended: () => {
    trace.getActiveSpan()?.end();
    return DONE;
  },
  failed: () => ({ content: [], isError: true }),
  thrown: () => {
    throw new TypeError(`no ${SECRET}`);
  },
  late: () => {
    const span = trace.getActiveSpan();
    setImmediate(() => span?.setAttribute('late', 1));
    return DONE;
  },
};

/** Calls every tool, one of them that nobody has, and other methods. Returns what the collector got. */
async function played(traces: Options['traces']): Promise<Span[]> {
  collector.spans.length = 0;
  const observability = createObservability({
    metrics: { port: false, runtime: false },
    shutdown: { onSigterm: false, deadlineMs: 5_000 },
    log: { destination: { write: () => {} } },
    traces: traces ?? {},
  });
  const server = new McpServer({ name: 'plain', version: '1.0.0' });
  for (const [name, answer] of Object.entries(TOOLS))
    server.registerTool(name, { inputSchema: z.object({}) }, answer as never);
  const [ofClient, ofServer] = InMemoryTransport.createLinkedPair();
  await observability.observe(server).connect(ofServer);
  await observability.listen();
  const client = new Client({ name: 'test', version: '1.0.0' });
  await client.connect(ofClient);
  await client.listTools();
  for (const name of [...Object.keys(TOOLS), 'unknown'])
    await client.callTool({ name, arguments: {} }).catch(() => {});
  await client.callTool({ name: 'plain', arguments: {}, _meta });
  await client.close();
  await observability.shutdown();
  return [...collector.spans];
}

/** What must be the same, whatever created the span. Ids and times are of each run. */
function comparable(spans: readonly Span[]): object[] {
  const names = new Map(spans.map(({ spanId, name }) => [spanId, name]));
  return spans
    .map(({ traceId, spanId, parentSpanId, startMs, endMs, resource, links, ...rest }) => ({
      ...rest,
      isOfCaller: traceId === TRACE_ID,
      parent: names.get(parentSpanId) ?? parentSpanId,
      links: links.map((link) => names.get(link.spanId)),
      takesTime: endMs >= startMs && startMs > 1.7e12,
      resource: { ...resource, 'service.instance.id': '' },
    }))
    .sort((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)));
}

describe('spans that the toolkit encodes itself', () => {
  it('say the same as those that the SDK creates and its exporter sends, whatever handlers do to them', async () => {
    const ofSdk = await played({ exporter: new OTLPTraceExporter({ url: collector.url }) });
    const own = await played({ endpoint: collector.url });
    expect(own.length).toBeGreaterThan(Object.keys(TOOLS).length);
    expect(comparable(own)).toEqual(comparable(ofSdk));
    expect(JSON.stringify(own)).not.toContain(SECRET);
  });
});
