import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Collector } from '../../../scripts/collector/collector.js';
import { type HttpServer, startHttpServer } from '../../support/http-server.js';
import { until } from '../../support/until.js';

/** A sampler by trace id keeps every trace with this id, and none with the other. */
const KEPT_ID = '00000000000000000000000000000001';
const LEFT_OUT_ID = 'ffffffffffffffffffffffffffffffff';
const SPAN = '00f067aa0ba902b7';

/** What a caller may send so that its requests are sampled, or are not. */
const KEEP = {
  traceparent: `00-${KEPT_ID}-${SPAN}-01`,
  tracestate: 'ot=th:0;rv:ffffffffffffff;p:0;r:62,dd=s:2;p:1,es=s:1',
  baggage: 'sampled=true,sampling.priority=1,sentry-sampled=true,sentry-sample_rate=1',
};
const LEAVE_OUT = {
  traceparent: `00-${LEFT_OUT_ID}-${SPAN}-00`,
  tracestate: 'ot=th:ffffffffffffff;rv:0;p:63,dd=s:-1,es=s:0',
  baggage: 'sampled=false,sampling.priority=0,sentry-sampled=false,sentry-sample_rate=0',
};
/** Headers of other vendors with the same meaning. */
const OTHER_HEADERS = (flag: string) => ({
  b3: `${KEPT_ID}-${SPAN}-${flag}`,
  'x-b3-sampled': flag,
  'x-b3-flags': flag,
  'uber-trace-id': `${KEPT_ID}:${SPAN}:0:${flag}`,
  'x-amzn-trace-id': `Root=1-00000000-000000000000000000000001;Parent=${SPAN};Sampled=${flag}`,
  'x-cloud-trace-context': `${KEPT_ID}/1;o=${flag}`,
});

type Context = typeof KEEP;

/** Calls a tool this often, with a context in the headers, in `_meta` or in both. */
async function call(server: HttpServer, times: number, said: Context, flag: string): Promise<void> {
  for (let i = 0; i < times; i++) {
    const place = i % 3;
    const _meta = {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientInfo': { name: 'stranger', version: '1' },
      'io.modelcontextprotocol/clientCapabilities': {},
      ...(place !== 0 && said),
    };
    const response = await fetch(server.mcpUrl, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        'mcp-protocol-version': '2026-07-28',
        'mcp-method': 'tools/call',
        'mcp-name': 'wait',
        ...(place !== 1 && { ...said, ...OTHER_HEADERS(flag) }),
      },
      body: JSON.stringify({
        jsonrpc: '2.0',
        id: i,
        method: 'tools/call',
        params: { name: 'wait', arguments: { ms: 0 }, _meta },
      }),
    });
    expect(await response.text()).toContain('done');
  }
}

describe.each([
  [0, 0, 0],
  [1, 60, 60],
  // Of 60 traces: ten standard deviations around half of them.
  [0.5, 5, 55],
])('a server that trusts no caller and keeps %d of all traces', (sampleRatio, least, most) => {
  let collector: Collector;
  let server: HttpServer;
  beforeAll(async () => {
    collector = await Collector.start();
    server = await startHttpServer(
      { traces: { trustCallers: false, sampleRatio } },
      { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_BSP_SCHEDULE_DELAY: '50' },
    );
  });
  afterAll(async () => {
    server.child.kill('SIGKILL');
    await server.ended;
    collector.stop();
  });

  it('sends that share to its collector, whatever the callers request', async () => {
    await call(server, 60, KEEP, '1');
    await call(server, 60, LEAVE_OUT, '0');
    server.child.kill('SIGTERM');
    // Its last spans are sent before it ends.
    await server.ended;
    await until(() => collector.spans.length >= 2 * least);
    const of = (id: string) => collector.spans.filter(({ traceId }) => traceId === id).length;
    for (const count of [of(KEPT_ID), of(LEFT_OUT_ID)]) {
      expect(count).toBeGreaterThanOrEqual(least);
      expect(count).toBeLessThanOrEqual(most);
    }
    expect(of(KEPT_ID) + of(LEFT_OUT_ID)).toBe(collector.spans.length);
  });
});

describe('a server that trusts its callers', () => {
  it('keeps what they keep, which shows that the test above can fail', async () => {
    const collector = await Collector.start();
    const server = await startHttpServer(
      { traces: { sampleRatio: 0 } },
      { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url },
    );
    await call(server, 6, KEEP, '1');
    await call(server, 6, LEAVE_OUT, '0');
    server.child.kill('SIGTERM');
    await server.ended;
    expect(collector.spans.map(({ traceId }) => traceId)).toEqual(Array(6).fill(KEPT_ID));
    collector.stop();
  });
});
