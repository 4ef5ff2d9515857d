import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { freePort } from '../../../scripts/free-port.js';
import { type Samples, scrape } from '../../support/exposition.js';
import { least, tookMs } from '../../support/measured.js';
import { until } from '../../support/until.js';
import { type Processes, startProcesses, type Way } from './processes.js';

const CALLS = 'pmcp_requests_total{method="tools/call",name="add",outcome="ok"}';
const CONNECTIONS = 'pmcp_active_connections{transport="other"}';

let processes: Processes | undefined;

afterEach(async () => {
  await processes?.end();
  processes = undefined;
});

async function scraped(port: number): Promise<Samples> {
  let samples: Samples | undefined;
  await until(async () => {
    samples = await scrape(port).catch(() => undefined);
    return samples !== undefined;
  });
  return samples!;
}

describe.each<Way>(['cluster', 'threads', 'copies'])('a server of several %s', (way) => {
  it('has one page for all: sums of counters and gauges, the worst readiness, one identity', async () => {
    processes = await startProcesses(way, 3);
    for (const server of [0, 1, 2]) await processes.tell(server, { call: server + 1 });
    const { port } = processes;
    // A worker that is too busy to answer in time appears with the next scrape.
    await until(async () => (await scraped(port)).get(CALLS) === 6);
    const samples = await scraped(port);
    expect(samples.get(CALLS)).toBe(6);
    expect(samples.get(CONNECTIONS)).toBe(3);
    expect(samples.get('shop_orders_total')).toBe(6);
    expect(samples.get('pmcp_request_duration_seconds_count{method="tools/call",name="add"}')).toBe(6);
    expect(samples.get('pmcp_build_info{server="notes",version="1.0.0",sdk="typescript-v2"}')).toBe(1);
    expect([0, 1, 2].map((worker) => samples.get(`shop_lag{worker="${worker}"}`))).toEqual([2, 2, 2]);
    const health = async () => (await fetch(`http://127.0.0.1:${port}/health`)).json();
    const checks = ['disk', 'memory', 'event_loop'].map((name) => ({ name, status: 'ok' }));
    await expect.poll(health).toMatchObject({ status: 'healthy', checks });
    expect(processes.warnings).toEqual([]);
  });
});

describe.each<Way>(['cluster', 'threads'])('counters of a server of several %s never go back', (way) => {
  it('when the process with the port is killed, or others are, and are replaced', async () => {
    processes = await startProcesses(way, 3);
    const { port } = processes;
    for (const server of [0, 1, 2]) await processes.tell(server, { call: 10 });
    await until(async () => (await scraped(port)).get(CALLS) === 30);
    await processes.tell(0, { kill: true });
    const afterFirst = await scraped(port);
    expect(afterFirst.get(CALLS)).toBe(30);
    expect(afterFirst.get('shop_orders_total')).toBe(30);
    await until(async () => (await scrape(port)).get(CONNECTIONS) === 2);
    await processes.start();
    await processes.tell(3, { call: 5 });
    await until(async () => (await scraped(port)).get(CALLS) === 35);
    await processes.tell(1, { kill: true });
    await processes.tell(2, { kill: true });
    await until(async () => (await scraped(port)).get(CONNECTIONS) === 1);
    await processes.tell(3, { call: 1 });
    expect((await scraped(port)).get(CALLS)).toBe(36);
  });
});

it('a stuck process delays no scrape by more than a fifth of a second, and its numbers are kept', async () => {
  processes = await startProcesses('cluster', 3);
  const { port } = processes;
  await processes.tell(1, { call: 7 });
  await until(async () => (await scraped(port)).get(CALLS) === 7);
  const STUCK_MS = 60_000;
  const stuck = performance.now();
  await processes.tell(1, { stick: STUCK_MS });
  const scrapes = () => tookMs(async () => expect((await scrape(port)).get(CALLS)).toBe(7));
  // The limit allows twice the time, for a machine that does other work too.
  expect(await least(400, scrapes)).toBeLessThan(400);
  expect(performance.now() - stuck).toBeLessThan(STUCK_MS);
  await processes.tell(1, { kill: true });
});

it('two servers on one port are not merged: the second waits for it, logs that once, and gets it', async () => {
  const first = await startProcesses('cluster', 1);
  const warnings = () => processes?.stderr.filter((line) => line.includes('EADDRINUSE'));
  const waits = expect.stringContaining('it is asked for again every 5 seconds');
  try {
    await first.tell(0, { call: 1 });
    processes = await startProcesses('cluster', 2, first.port);
    await processes.tell(0, { call: 50 });
    expect((await scrape(first.port)).get(CALLS)).toBe(1);
    await expect.poll(warnings).toEqual([waits, waits]);
  } finally {
    await first.end();
  }
  await until(async () => (await scrape(processes!.port).catch(() => undefined))?.get(CALLS) === 50);
  expect(warnings()).toHaveLength(2);
});

it('a port that another program uses is taken when it becomes free', async () => {
  const port = await freePort();
  const other = createServer().listen(port, '127.0.0.1');
  await once(other, 'listening');
  processes = await startProcesses('copies', 1, port);
  await processes.tell(0, { call: 2 });
  await new Promise((resolve) => other.close(resolve));
  await until(async () => (await scrape(port).catch(() => undefined))?.get(CALLS) === 2);
});
