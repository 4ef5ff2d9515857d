import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { trace } from '@opentelemetry/api';
import { createObservability } from '@pmcp/observability';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { Collector } from '../../../scripts/collector/collector.js';
import { loadExporters } from '../../support/exporters-loaded.js';
import { httpHosts } from '../scenarios/http-hosts.js';

beforeAll(loadExporters);

let collector: Collector;
beforeAll(async () => {
  collector = await Collector.start();
});
afterAll(() => collector.stop());
afterEach(() => vi.unstubAllEnvs());

const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';
const ACCEPT = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
const INITIALIZE = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'first', version: '1' },
    _meta: { traceparent: `00-${TRACE_ID}-00f067aa0ba902b7-01` },
  },
};

/** Every way to serve one POST of the older protocol. */
const hosts = httpHosts.filter(({ transport, era }) => transport === 'streamable_http' && era === 'legacy');

describe.each(hosts)('the first request of a process, on $title', ({ serve }) => {
  it('links to the application span around it, which is exported too, after listen() was awaited', async () => {
    vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', collector.url);
    collector.spans.length = 0;
    const observability = createObservability({
      metrics: { port: 0, runtime: false },
      shutdown: { onSigterm: false, deadlineMs: 10 },
      log: { destination: { write: () => {} } },
    });
    await observability.listen();
    const answer = serve(observability.observe);
    const server = createServer((request, response) =>
      trace.getTracer('app').startActiveSpan('POST /mcp', (span) => {
        response.once('close', () => span.end());
        void answer(request, response);
      }),
    );
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    const body = JSON.stringify(INITIALIZE);
    await (await fetch(`http://127.0.0.1:${port}/mcp`, { method: 'POST', headers: ACCEPT, body })).text();
    await new Promise((resolve) => server.close(resolve));
    await observability.shutdown();
    const named = (name: string) => collector.spans.find((span) => span.name === name);
    const [around, first] = [named('POST /mcp'), named('initialize')];
    expect(around?.spanId).toEqual(expect.any(String));
    expect(first).toMatchObject({
      traceId: TRACE_ID,
      links: [{ traceId: around?.traceId, spanId: around?.spanId }],
    });
    expect(first?.resource['service.name']).not.toContain('unknown');
  });
});
