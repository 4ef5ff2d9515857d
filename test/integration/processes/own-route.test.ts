import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { afterEach, describe, expect, it } from 'vitest';
import { freePort } from '../../../scripts/free-port.js';
import { parseSamples, type Samples } from '../../support/exposition.js';
import { until } from '../../support/until.js';
import { untilHolds } from '../../support/until-holds.js';
import { warningsIn } from './processes.js';

let child: ChildProcess;
let port: number;
let stderr: string[];
afterEach(() => void child.kill('SIGKILL'));

async function start(metricsPort: string): Promise<void> {
  port = await freePort();
  child = spawn(process.execPath, ['test/fixtures/own-route.mjs'], {
    env: { ...process.env, PORT: `${port}`, PMCP_METRICS_PORT: metricsPort },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  stderr = [];
  createInterface({ input: child.stderr! }).on('line', (line) => stderr.push(line));
  await until(() => stderr.filter((line) => line === 'ready').length === 2);
}

/** Scrapes until each of the two workers has answered twice. */
async function pages(): Promise<ReadonlyMap<string, Samples>> {
  const asked: string[] = [];
  const byWorker = new Map<string, Samples>();
  await until(async () => {
    const response = await fetch(`http://127.0.0.1:${port}/metrics`);
    const worker = response.headers.get('x-worker') ?? '';
    asked.push(worker);
    byWorker.set(worker, parseSamples(await response.text()));
    return (
      byWorker.size === 2 && [...byWorker.keys()].every((one) => asked.filter((w) => w === one).length > 1)
    );
  });
  return byWorker;
}

describe('a metrics route of an application with several processes', () => {
  it('shows all of them, whichever process answers', async () => {
    await start(`${await freePort()}`);
    // A worker that is too busy to answer in time appears with the next scrape.
    await untilHolds(async () => {
      const [one, other] = [...(await pages())];
      for (const [, page] of [one!, other!]) {
        expect(page.get('shop_orders_total')).toBe(10);
        const lags = [...page].filter(([name]) => name.startsWith('shop_lag')).map(([, pid]) => pid);
        expect(lags.sort()).toEqual([Number(one![0]), Number(other![0])].sort());
      }
      // Every page has the same numbers for a worker.
      const numbers = (page: Samples) => [...page].filter(([name]) => name.startsWith('shop_lag')).sort();
      expect(numbers(one![1])).toEqual(numbers(other![1]));
    });
    expect(warningsIn(stderr)).toEqual([]);
  });

  it('shows only the answering process, and logs that once, if they have no port to find each other', async () => {
    await start('off');
    for (const [worker, page] of await pages()) {
      expect(page.get('shop_orders_total')).toBe(5);
      expect(page.get('shop_lag')).toBe(Number(worker));
    }
    await until(() => stderr.filter((line) => line.includes('a route shows this process only')).length === 2);
    await pages();
    expect(stderr.filter((line) => line.includes('a route shows this process only'))).toHaveLength(2);
  });
});
