import { once } from 'node:events';
import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Client, InMemoryTransport } from '@modelcontextprotocol/client';
import { Server } from '@modelcontextprotocol/server';
import { createObservability, type Observability } from '@pmcp/observability';
import { catalog } from '@pmcp/observability/catalog';
import { Histogram as PromClientHistogram } from 'prom-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  bucketsOf,
  count,
  countOf,
  type Histogram,
  histogram,
  increase,
  mean,
  not,
  quantile,
  rate,
  ratio,
  select,
  share,
  upTo,
} from '../../prometheus/promql.js';
import { prometheusConfig } from '../../prometheus/scrape/config.js';
import { Children } from '../../scripts/start/children.js';
import { Prometheus } from '../../scripts/start/prometheus.js';
import { ofGeneration } from '../support/generation.js';
import { Scraped } from '../support/scraped.js';
import { until } from '../support/until.js';

/** Names of tools that match only themselves in a query, if they are escaped well. */
const ODD = ['a.b', 'axb', 'a|b', 'quo"te', 'back\\slash', '(x)', '[1]', '$job', 'new\nline', '€'];
const EXTREMES = [0.00001, 0.5, 1, 100_000, 1_048_576, 16_777_216, 1e21];

const children = new Children(() => {});
let http: HttpServer;
let client: Client;
let target: string;

beforeAll(async () => {
  const toolkit = createObservability({ metrics: { port: false }, log: { requestsPerSecond: 0 } });
  client = await connect(toolkit);
  new PromClientHistogram({
    name: 'extremes',
    help: 'All sorts of bounds.',
    buckets: EXTREMES,
    registers: [toolkit.registry],
  });
  http = createServer((request, response) => toolkit.handler(request, response)).listen(0, '127.0.0.1');
  await once(http, 'listening');
  target = `127.0.0.1:${(http.address() as AddressInfo).port}`;
  await callAll();
});

afterAll(async () => {
  await children.stop();
  await client?.close();
  http?.close();
  http?.closeAllConnections();
});

/** Connects a client to a server with these tools, of which one fails. */
async function connect({ observe }: Observability): Promise<Client> {
  const server = observe(new Server({ name: 'odd', version: '1.0.0' }, { capabilities: { tools: {} } }));
  const tools = ODD.map((name) => ({ name, inputSchema: { type: 'object' as const } }));
  server.setRequestHandler('tools/list', () => ({ tools }));
  server.setRequestHandler('tools/call', ({ params }) => ({ content: [], isError: params.name === '(x)' }));
  const odd = new Client({ name: 'tester', version: '1.0.0' });
  const [clientSide, serverSide] = InMemoryTransport.createLinkedPair();
  await server.connect(serverSide);
  await odd.connect(clientSide);
  await odd.listTools();
  return odd;
}

async function callAll(): Promise<void> {
  for (const name of ODD) await client.callTool({ name });
}

describe.each(['2', '3'] as const)('Prometheus %s', (generation) => {
  let scraped: Scraped;
  const window = '1m';
  const calls = { method: 'tools/call' } as const;
  const number = (expression: object) => scraped.number(String(expression));

  beforeAll(async () => {
    const targets = [{ job: 'pmcp', targets: [target] }];
    const config = prometheusConfig({ interval: '1s', timeout: '1s', targets });
    const prometheus = await ofGeneration(generation, () =>
      Prometheus.startWith(config, children.start.bind(children)),
    );
    await until(async () => (await prometheus.number('up')) === 1);
    // A rate contains only what was counted after the first scrape.
    await callAll();
    const growth = increase(catalog.requests, { by: ['name'], where: calls, window });
    scraped = await Scraped.by(prometheus, 1, async (at) => {
      expect(await at.query(`${growth} > 0`)).toHaveLength(ODD.length);
    });
  });

  it('is the requested version', async () => {
    const { version } = await scraped.prometheus.api<{ version: string }>('status/buildinfo');
    expect(version.split('.')[0]).toBe(generation);
  });

  it('finds every bucket by its bound, in each spelling of the number', async () => {
    const histograms: readonly Histogram[] = [catalog.requestDuration, histogram('extremes', [], EXTREMES)];
    for (const of of histograms) {
      const buckets = bucketsOf(of);
      const series = await number(count(select(buckets, { where: { le: '+Inf' } })));
      expect(series).toBeGreaterThan(0);
      for (const bound of of.buckets ?? []) {
        const found = await number(count(select(buckets, { where: { le: upTo(of, bound) } })));
        expect(found, `${of.name} ${bound}`).toBe(series);
      }
    }
  });

  it.each(ODD)('finds the tool %j by its name, alone and in a list', async (name) => {
    const where = { ...calls, name };
    expect(await number(count(select(countOf(catalog.requestDuration), { where })))).toBe(1);
    const other = await number(
      count(select(countOf(catalog.requestDuration), { where: { ...calls, name: not(name) } })),
    );
    expect(other).toBe(ODD.length - 1);
    const either = { ...calls, name: [name, 'nobody has this'] };
    expect(await number(count(select(countOf(catalog.requestDuration), { where: either })))).toBe(1);
    const neither = { ...calls, name: not([name, 'nobody has this']) };
    expect(await number(count(select(countOf(catalog.requestDuration), { where: neither })))).toBe(
      ODD.length - 1,
    );
  });

  it('computes shares, averages and quantiles', async () => {
    const options = { by: [], where: calls, window } as const;
    expect(await number(share(catalog.requestDuration, { ...options, under: 300 }))).toBe(1);
    expect(await number(share(catalog.requestDuration, { where: calls, window, under: 300 }))).toBe(1);
    expect(
      await number(share(catalog.requestDuration, { without: ['name'], where: calls, window, under: 300 })),
    ).toBe(1);
    expect(await number(mean(catalog.requestDuration, options))).toBeGreaterThan(0);
    const [p50, p99] = [0.5, 0.99].map((part) => number(quantile(part, catalog.requestDuration, options)));
    expect(await p50).toBeGreaterThan(0);
    expect(await p99).toBeGreaterThanOrEqual((await p50) ?? Number.NaN);
  });

  it('returns a ratio where the numerator has no series, and none without traffic', async () => {
    const all = rate(catalog.requests, { by: ['name'], where: calls, window });
    const failed = rate(catalog.requests, {
      by: ['name'],
      where: { ...calls, outcome: 'tool_error' },
      window,
    });
    const ratios = await scraped.query(String(ratio(failed, all)));
    const byName = new Map(ratios.map(({ labels, value }) => [labels.name, value]));
    expect(byName).toEqual(new Map(ODD.map((name) => [name, name === '(x)' ? 1 : 0])));
    const idle = rate(catalog.requests, { by: ['name'], where: { method: 'tools/list' }, window });
    expect(await scraped.query(String(ratio(idle, idle)))).toEqual([]);
  });
});
