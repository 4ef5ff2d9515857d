import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Client, InMemoryTransport } from '@modelcontextprotocol/client';
import { McpServer } from '@modelcontextprotocol/server';
import { createObservability, type Observability } from '@pmcp/observability';
import { catalog } from '@pmcp/observability/catalog';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Collector } from '../../scripts/collector/collector.js';
import { Children } from '../../scripts/start/children.js';
import { Prometheus } from '../../scripts/start/prometheus.js';
import { until } from '../support/until.js';

interface Exemplars {
  readonly seriesLabels: Readonly<Record<string, string>>;
  readonly exemplars: readonly { readonly labels: { readonly trace_id: string }; readonly value: string }[];
}

const children = new Children(() => {});
let collector: Collector;
let toolkit: Observability;
let http: HttpServer;
let prometheus: Prometheus;

beforeAll(async () => {
  collector = await Collector.start();
  toolkit = createObservability({
    metrics: { port: false, runtime: false },
    traces: { endpoint: collector.url },
    log: { level: 'off' },
    shutdown: { onSigterm: false },
  });
  http = createServer(toolkit.handler);
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const { port } = http.address() as AddressInfo;
  prometheus = await Prometheus.start(`127.0.0.1:${port}`, children.start.bind(children));
});

afterAll(async () => {
  await children.stop();
  http.close().closeAllConnections();
  collector.stop();
});

/** Starts a server whose only tool is called once. */
async function call(): Promise<void> {
  const server = new McpServer({ name: 'notes', version: '1.0.0' });
  server.registerTool('search', {}, async () => ({ content: [] }));
  const [clientSide, serverSide] = InMemoryTransport.createLinkedPair();
  await toolkit.observe(server).connect(serverSide);
  const client = new Client({ name: 'tester', version: '1.0.0' });
  await client.connect(clientSide);
  await client.callTool({ name: 'search', arguments: {} });
  await client.close();
}

describe('Prometheus', () => {
  it('leads from a bucket of the duration to the trace in the collector', async () => {
    await call();
    const selector = `${catalog.requestDuration.name}_bucket{method="tools/call"}`;
    const now = Date.now() / 1000;
    const path = `query_exemplars?query=${encodeURIComponent(selector)}&start=${now - 60}&end=${now + 60}`;
    let found: Exemplars[] = [];
    await until(async () => {
      found = await prometheus.api<Exemplars[]>(path);
      return found.length > 0;
    });
    await toolkit.shutdown();

    const span = collector.spans.find(({ name }) => name === 'tools/call search');
    expect(found[0]?.seriesLabels).toMatchObject({ name: 'search' });
    expect(found[0]?.exemplars.map(({ labels }) => labels.trace_id)).toEqual([span?.traceId]);
    expect(Number(found[0]?.exemplars[0]?.value)).toBeGreaterThan(0);
  });
});
