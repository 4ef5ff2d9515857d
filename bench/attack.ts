/**
 * All attacks on the HTTP proxy together, and calls of an MCP client beside them: `npm run bench:attack -- [rounds]`.
 *
 * The attackers and the server take the machine's time too. So there are two proxies: in turns nobody is attacked, the other one
 * is, and the one through which the calls go. What the last adds to the second is the proxy's own.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { Holds } from '../test/support/holds.js';
import { type RunningProxy, startHttpProxy } from '../test/support/http-proxy.js';

const PHASE_MS = 5_000;
/** Between two phases, until what is left of one is done. */
const PAUSE_MS = 2_000;
/** Between two calls: a client that works, and does not only ask. */
const THINK_MS = 5;

const rounds = Number(process.argv[2] ?? 4);
const phases = { nobody: '', 'another proxy': '', 'this proxy': '' };
type Phase = keyof typeof phases;

const children: ChildProcess[] = [];
const holds = new Holds();
const proxies: RunningProxy[] = [];

try {
  const upstream = `http://127.0.0.1:${await started('upstream.mjs')}`;
  for (const env of [holds.env, {}]) proxies.push(await startHttpProxy(upstream, [], env));
  const [proxy, other] = proxies as [RunningProxy, RunningProxy];
  Object.assign(phases, { 'another proxy': other.url, 'this proxy': proxy.url });
  await started('attacker.mjs');
  const client = new Client({ name: 'bench', version: '1.0.0' });
  await client.connect(new StreamableHTTPClientTransport(new URL('/mcp', proxy.url)));
  await callsFor(client, PHASE_MS);
  await measure(client, proxy);
} finally {
  for (const child of children) child.kill('SIGKILL');
  for (const proxy of proxies) await proxy.stop();
  holds.remove();
}
process.exit();

async function measure(client: Client, proxy: RunningProxy): Promise<void> {
  const times: Record<Phase, number[]> = { nobody: [], 'another proxy': [], 'this proxy': [] };
  attack('this proxy');
  await delay(PHASE_MS);
  holds.forget();
  const held: ReturnType<Holds['all']> = [];
  for (let round = 0; round < rounds; round++) {
    for (const phase of Object.keys(phases) as Phase[]) {
      attack(phase);
      await delay(PAUSE_MS);
      holds.forget();
      times[phase].push(...(await callsFor(client, PHASE_MS)));
      if (phase === 'this proxy') held.push(...holds.all());
    }
  }
  say('| attacked | calls | p50, ms | p99, ms |');
  say('| --- | --- | --- | --- |');
  for (const [phase, all] of Object.entries(times)) {
    const [p50, p99] = [0.5, 0.99].map((share) => quantile(all, share).toFixed(1));
    say(`| ${phase} | ${all.length} | ${p50} | ${p99} |`);
  }
  const ratio = quantile(times['this proxy'], 0.99) / quantile(times['another proxy'], 0.99);
  say(`\np99 beside the attacks on this proxy to that beside those on another: ${ratio.toFixed(2)}`);
  say(`Memory of the proxy at most: ${peak(proxy.child.pid!).toFixed(0)} MiB`);
  const longest = held.sort((a, b) => b.cpu - b.gc - (a.cpu - a.gc)).slice(0, 5);
  say('\n| longest turns of its loop: work, ms | collection of garbage, ms | by the clock, ms |');
  say('| --- | --- | --- |');
  for (const { cpu, gc, wall } of longest)
    say(`| ${Math.max(0, cpu - gc).toFixed(1)} | ${gc.toFixed(1)} | ${wall.toFixed(1)} |`);
  const works = held.map(({ cpu, gc }) => Math.max(0, cpu - gc));
  say(
    `\nTurns with over 10 ms of work: ${works.filter((ms) => ms > 10).length} of ${works.length} over 4 ms`,
  );
}

function attack(phase: Phase): void {
  children.at(-1)!.stdin!.write(`${phases[phase]}\n`);
}

async function callsFor(client: Client, ms: number): Promise<number[]> {
  const times: number[] = [];
  for (const end = performance.now() + ms; performance.now() < end; ) {
    const start = performance.now();
    await client.callTool({ name: 'echo', arguments: { message: 'hi' } });
    times.push(performance.now() - start);
    await delay(THINK_MS);
  }
  return times;
}

/** @returns what the program says first */
async function started(file: string): Promise<string> {
  const path = fileURLToPath(new URL(`attack/${file}`, import.meta.url));
  const child = spawn(process.execPath, [path], { stdio: ['pipe', 'pipe', 'inherit'] });
  children.push(child);
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  return line;
}

function quantile(values: readonly number[], share: number): number {
  return [...values].sort((a, b) => a - b)[Math.floor(share * (values.length - 1))] ?? Number.NaN;
}

function peak(pid: number): number {
  return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
