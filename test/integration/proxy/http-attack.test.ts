import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it } from 'vitest';
import { inFrontOf } from '../../support/behind-proxy.js';
import { type Samples, scrape } from '../../support/exposition.js';
import { SIDECAR_ENV } from '../../support/sidecar.js';
import { STRENGTH } from '../../support/strength.js';
import { until } from '../../support/until.js';

/** The interval between the starts of one attack. Attacks of `npm run bench:attack` are a quarter as frequent. */
const EVERY_MS = 18 / STRENGTH;
/** How often each attack starts; by then as many bodies are unfinished as the proxy may hold. */
const ROUNDS = 10 * STRENGTH;

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

/** @returns the program, its output, and its first line */
async function started(file: string, ...args: readonly string[]): Promise<[ChildProcess, Interface, string]> {
  const path = fileURLToPath(new URL(`../../../bench/attack/${file}`, import.meta.url));
  const child = spawn(process.execPath, [path, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
  children.push(child);
  const said = createInterface({ input: child.stdout! });
  const [line] = await once(said, 'line');
  return [child, said, line];
}

function sum(samples: Samples, family: string): number {
  return [...samples].reduce((total, [key, value]) => total + (key.startsWith(family) ? value : 0), 0);
}

/** Returns the peak memory of a process, in MiB. */
const peak = (pid: number) =>
  Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;

it(
  'the proxy stays below 256 MiB under all attacks together, and leaves nothing open afterwards',
  async () => {
    const [, , upstream] = await started('upstream.mjs');
    const { url, port, child } = await inFrontOf(`http://127.0.0.1:${upstream}`, [], SIDECAR_ENV);
    const [attacker, rounds] = await started('attacker.mjs', String(EVERY_MS), String(120 * STRENGTH));
    attacker.stdin!.write(`${url}\n`);
    for (let round = 0; round < ROUNDS; round++) await once(rounds, 'line');
    attacker.stdin!.write('\n');
    const open = ['pmcp_requests_in_flight', 'pmcp_active_connections', 'pmcp_active_subscriptions'];
    await until(async () => {
      const samples = await scrape(port);
      return open.every((family) => sum(samples, family) === 0);
    });
    expect(
      (await scrape(port)).get('pmcp_telemetry_dropped_total{signal="metrics",reason="internal_error"}'),
    ).toBe(0);
    expect(peak(child.pid!)).toBeLessThan(256);
  },
  180_000 * STRENGTH,
);
