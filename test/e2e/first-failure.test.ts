import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createObservability } from '@pmcp/observability';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ruleGroups } from '../../alerts/groups.js';
import { ruleFile } from '../../alerts/output/rules.js';
import { prometheusConfig } from '../../prometheus/scrape/config.js';
import { flags } from '../../prometheus/scrape/flags.js';
import type { Options } from '../../prometheus/scrape/options.js';
import { Children } from '../../scripts/start/children.js';
import { Prometheus } from '../../scripts/start/prometheus.js';
import { type Generation, ofGeneration } from '../support/generation.js';
import { Scraped } from '../support/scraped.js';
import { until } from '../support/until.js';
import { untilHolds } from '../support/until-holds.js';

interface Way {
  readonly generation: Generation;
  readonly options?: Partial<Options>;
}

/** Every way to scrape a server. */
const WAYS: Readonly<Record<string, Way>> = {
  'classic, Prometheus 2.42': { generation: '2' },
  'classic, Prometheus 3': { generation: '3' },
  nhcb: { generation: '3', options: { histograms: 'nhcb' } },
  native: { generation: '3', options: { histograms: 'native' } },
  'native beside classic, without zeros': {
    generation: '3',
    options: { histograms: 'native', keepClassicHistograms: true, omitZeros: true },
  },
  'native, without zeros': { generation: '3', options: { histograms: 'native', omitZeros: true } },
};
const OUTCOMES = ['tool_error', 'server_error', 'client_error', 'cancelled'] as const;
/** A minute for a rule that reads five minutes. */
const SCALE = 0.2;
/** Longer than all tests take. */
const LOOKBACK = '[20m]';
const TOOLS = ['search', 'fetch'];
const UNFAILED = `count(pmcp_requests_total{name="fetch",outcome!="ok"}) or vector(0)`;

const children = new Children(() => {});
const running = new Map<string, Prometheus>();
let http: Server;
let calls: ReturnType<typeof connected>;

/** Calls tools of a server that answers what it is told to. */
function connected(observe: ReturnType<typeof createObservability>['observe']) {
  interface Wire {
    start(): Promise<void>;
    close(): Promise<void>;
    send(message: object): Promise<void>;
    onmessage?(message: object): void;
  }
  const wire: Wire = { start: async () => {}, close: async () => {}, send: async () => {} };
  let id = 0;
  let answer: object | undefined;
  const server = {
    connect: (to: Wire) => {
      to.onmessage = (message) => {
        if (answer) void to.send({ jsonrpc: '2.0', id: (message as { id: number }).id, ...answer });
      };
      return to.start();
    },
  };
  const opened = observe(server).connect(wire);
  return async (name: string, given?: object): Promise<void> => {
    await opened;
    answer = given;
    wire.onmessage?.({ jsonrpc: '2.0', id: ++id, method: 'tools/call', params: { name } });
    if (given) return;
    wire.onmessage?.({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: id } });
  };
}

const ANSWERS: Readonly<Record<(typeof OUTCOMES)[number] | 'ok', object | undefined>> = {
  ok: { result: { content: [] } },
  tool_error: { result: { content: [], isError: true } },
  server_error: { error: { code: -32603, message: 'no' } },
  client_error: { error: { code: -32602, message: 'no' } },
  cancelled: undefined,
};

async function start(way: string, target: string): Promise<void> {
  const { generation, options = {} } = WAYS[way]!;
  const given: Options = {
    interval: '1s',
    timeout: '1s',
    targets: [{ job: 'pmcp', targets: [target] }],
    ruleFiles: ['rules.yaml'],
    ...options,
  };
  const form = options.histograms ? (options.keepClassicHistograms ? 'both' : 'native') : 'classic';
  const rules = ruleFile(
    ruleGroups({
      histograms: form,
      scale: SCALE,
      scrapeInterval: '1s',
      thresholds: { toolErrorCount: 1, toolErrorShare: 0.01 },
    }),
  );
  const spawn = children.start.bind(children);
  const prometheus = await ofGeneration(generation, () =>
    Prometheus.startWith(prometheusConfig(given), spawn, {
      flags: flags(given).filter((flag) => flag.startsWith('--enable-feature')),
      files: { 'rules.yaml': rules },
    }),
  );
  running.set(way, prometheus);
  const known = 'count(count_over_time(pmcp_requests_total{name="search",outcome="ok"}[1m]) > 2)';
  await untilHolds(async () => {
    expect(await prometheus.scrapeErrors()).toEqual([]);
    expect(await prometheus.number(known)).toBe(1);
  });
}

beforeAll(async () => {
  const toolkit = createObservability({ metrics: { port: false, runtime: false }, log: { level: 'off' } });
  calls = connected(toolkit.observe);
  for (const tool of TOOLS) for (let i = 0; i < 20; i++) await calls(tool, ANSWERS.ok);
  http = createServer(toolkit.handler).listen(0, '127.0.0.1');
  await once(http, 'listening');
  const target = `127.0.0.1:${(http.address() as AddressInfo).port}`;
  await Promise.all(Object.keys(WAYS).map((way) => start(way, target)));
  // Calls that go well surround each first failure.
  for (const outcome of OUTCOMES) await calls('search', ANSWERS[outcome]);
  for (let i = 0; i < 20; i++) await calls('search', ANSWERS.ok);
});

afterAll(async () => {
  await children.stop();
  http.close().closeAllConnections();
});

describe.each(Object.keys(WAYS))('the first failure of a tool, scraped as %s', (way) => {
  const ask = (query: string) => running.get(way)!.number(query);

  it.each(OUTCOMES)('is in increase() and rate(): %s', async (outcome) => {
    const failed = `pmcp_requests_total{name="search",outcome="${outcome}"}${LOOKBACK}`;
    // One event, and up to as much again by extrapolation to the ends of the window.
    await until(async () => ((await ask(`increase(${failed})`)) ?? 0) > 0.9);
    expect(await ask(`increase(${failed})`)).toBeLessThan(2.1);
    expect(await ask(`rate(${failed})`)).toBeGreaterThan(0);
  });

  it.each([
    'tool:pmcp_errors:rate5m{name="search",outcome="tool_error"}',
    'slo:pmcp_errors:rate5m{slo="ToolSuccess"}',
    'ALERTS{alertname="PmcpToolErrors",name="search"}',
  ])('is in what rules make of it: %s', async (series) => {
    const seen = `sum(max_over_time(${series}${LOOKBACK}))`;
    await until(async () => ((await ask(seen)) ?? 0) > 0);
  });

  it('has a series before it only where zeros are not left out', async () => {
    const isSparse = WAYS[way]!.options?.omitZeros;
    // A server that never failed still has an error ratio.
    const ratios = 'count(slo:pmcp_error_ratio:rate5m{slo="Availability"})';
    const scraped = await Scraped.by(running.get(way)!, 1, async (at) => {
      expect(await at.number(ratios)).toBe(1);
    });
    expect(await scraped.number(UNFAILED)).toBe(isSparse ? 0 : OUTCOMES.length);
  });
});
