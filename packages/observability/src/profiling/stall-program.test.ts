import { existsSync, readdirSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../../../test/fixtures/temporary-folder.js';
import { STALL_PROGRAM } from './stall-program.js';

const GIVE_UP_MS = 30_000;

it('takes a profile of each stall, once the pause after the one before is over', async () => {
  const directory = temporaryFolder('stalls');
  const times = new BigInt64Array(new SharedArrayBuffer(16));
  const beat = () => Atomics.store(times, 0, process.hrtime.bigint() / 1_000n);
  const watching = { times, tickMs: 20, missesAllowed: 5, maxTicks: 15, intervalUs: 1_000, expression: "''" };
  const keeping = { directory, pid: process.pid, own: 'cpuprofile$', keep: 9 };
  const pauses = { first: 3_000, most: 3_600_000 };
  beat();
  const worker = new Worker(STALL_PROGRAM, { eval: true, workerData: { ...watching, ...keeping, pauses } });
  const taken = () => (existsSync(directory) ? readdirSync(directory).length : 0);
  const blockedUntil = (count: number) => {
    for (const end = performance.now() + GIVE_UP_MS; taken() < count && performance.now() < end; );
    return taken();
  };

  expect(blockedUntil(1)).toBe(1);
  beat();
  await delay(200);
  // It begins within the pause, and outlasts that.
  expect(blockedUntil(2)).toBe(2);
  await worker.terminate();
});
