import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Collector } from '../../../scripts/collector/collector.js';
import { least, tookMs, UNTIL_QUIET } from '../../support/measured.js';
import { until } from '../../support/until.js';

let collector: Collector;
beforeEach(async () => {
  collector = await Collector.start();
});
afterEach(() => collector.stop());

/** Connects to a server without a port. */
async function connect(env: Record<string, string>): Promise<Client> {
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: ['test/fixtures/stdio-server.mjs'],
    env: {
      PATH: process.env.PATH ?? '',
      PMCP_METRICS_PORT: 'off',
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_METRICS_EXPORTER: 'otlp',
      ...env,
    },
    stderr: 'ignore',
  });
  const client = new Client({ name: 'tester', version: '1.0.0' });
  await client.connect(transport);
  return client;
}

const points = (name: string) => collector.metrics.find((metric) => metric.name === name)?.points ?? [];
const calls = () => points('pmcp_requests_total').find(({ attributes }) => attributes.name === 'hello');

describe('a stdio server that cannot be scraped', () => {
  // A client kills its server after two seconds, which may be too few on a busy machine.
  it('pushes everything until its client disconnects', UNTIL_QUIET, async () => {
    const client = await connect({ OTEL_METRIC_EXPORT_INTERVAL: '60000' });
    for (let i = 0; i < 3; i++) await client.callTool({ name: 'hello', arguments: {} });
    await client.close();
    await until(() => calls() !== undefined, 10_000);
    expect(calls()).toMatchObject({ attributes: { method: 'tools/call', outcome: 'ok' }, value: 3 });
    expect(points('pmcp_connection_duration_seconds')).toMatchObject([{ count: 1 }]);
  });

  it('pushes its health although no probe checks it', async () => {
    const client = await connect({ OTEL_METRIC_EXPORT_INTERVAL: '100' });
    await until(() => points('pmcp_health_check_up').length > 0);
    await expect.poll(() => points('pmcp_ready')).toMatchObject([{ value: 1 }]);
    // A busy machine may start it so slowly that its event loop is late at first.
    await expect.poll(() => points('pmcp_health_check_up').map(({ value }) => value)).toEqual([1, 1, 1]);
    await client.close();
  });

  it('answers normally while the collector never answers', async () => {
    collector.behaviour.delayMs = Number.POSITIVE_INFINITY;
    const client = await connect({ OTEL_METRIC_EXPORT_INTERVAL: '10', OTEL_TRACES_EXPORTER: 'none' });
    const before = collector.headers.length;
    for (let i = 0; i < 200; i++) await client.callTool({ name: 'hello', arguments: {} });
    expect(collector.headers.length - before).toBeLessThanOrEqual(1);
    await client.close();
  });

  it('ends by itself, before its client kills it, although the collector never answers', async () => {
    const closed = async () => {
      collector.behaviour.delayMs = 0;
      const client = await connect({ OTEL_METRIC_EXPORT_INTERVAL: '500', OTEL_METRIC_EXPORT_TIMEOUT: '400' });
      const before = collector.headers.length;
      // With what sends it loaded, the last push is on its way at once.
      await until(() => collector.headers.length > before);
      await client.callTool({ name: 'hello', arguments: {} });
      collector.behaviour.delayMs = Number.POSITIVE_INFINITY;
      const asked = collector.headers.length;
      const ms = await tookMs(() => client.close());
      return collector.headers.length > asked ? ms : Number.POSITIVE_INFINITY;
    };
    // The client sends SIGTERM after this time.
    expect(await least(2_000, closed)).toBeLessThan(2_000);
  });
});
