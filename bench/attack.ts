/**
 * Runs all attacks on the HTTP proxy together, and calls of an MCP client at the same time:
 * `npm run bench:attack -- [rounds] [ms between attacks]`.
 *
 * The attackers, the server and other programs need the machine's time too. So the same calls go through the
 * proxy in turns: without an attack, during an attack on another proxy, and during an attack on this proxy.
 * For comparison they also go through a bare relay of Node, with and without an attack on it. Besides the
 * elapsed time it measures the processor time that the proxy's loop used between a call and its answer. A
 * call waits for that even on an idle machine.
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
import { SIDECAR_ENV } from '../test/support/sidecar.js';

const PHASE_MS = 5_000;
/** The pause between two phases, in which work of the earlier phase ends. */
const PAUSE_MS = 2_000;
/** The pause between two calls, since a client also works between its calls. */
const THINK_MS = 5;

const attacks = (file: string) => fileURLToPath(new URL(`attack/${file}`, import.meta.url));
const RELAY = fileURLToPath(new URL('../packages/observability/bench/proxy/relay.mjs', import.meta.url));

const rounds = Number(process.argv[2] ?? 4);
/** Where the attacks go, and through which program the calls go. */
interface Phase {
  readonly attacked: string;
  readonly target: string;
  readonly client: Client;
  readonly child: ChildProcess;
}

interface Call {
  readonly ms: number;
  /** Processor time of the thread that forwarded the call. */
  readonly work: number;
}

const children: ChildProcess[] = [];
const holds = new Holds();
const proxies: RunningProxy[] = [];

try {
  const upstream = `http://127.0.0.1:${await started(attacks('upstream.mjs'))}`;
  for (const env of [holds.env, {}]) proxies.push(await startHttpProxy(upstream, [], asSidecar(env)));
  const [proxy, other] = proxies as [RunningProxy, RunningProxy];
  const relay = `http://127.0.0.1:${await started(RELAY, '0', upstream)}`;
  const passing = { client: await connected(proxy.url), child: proxy.child };
  const relayed = { client: await connected(relay), child: children.at(-1)! };
  await started(attacks('attacker.mjs'), process.argv[3] ?? '75');
  await measure(proxy, [
    { attacked: 'nobody', target: '', ...passing },
    { attacked: 'another proxy', target: other.url, ...passing },
    { attacked: 'this proxy', target: proxy.url, ...passing },
    { attacked: 'nobody; calls through a bare relay', target: '', ...relayed },
    { attacked: 'the bare relay, and calls through it', target: relay, ...relayed },
  ]);
} finally {
  for (const child of children) child.kill('SIGKILL');
  for (const proxy of proxies) await proxy.stop();
  holds.remove();
}
process.exit();

async function measure(proxy: RunningProxy, phases: readonly Phase[]): Promise<void> {
  const calls = new Map<Phase, Call[]>(phases.map((phase) => [phase, []]));
  const held: ReturnType<Holds['all']> = [];
  // Warms up: code that is not compiled yet is slow.
  attack(proxy.url);
  for (const phase of phases) await callsFor(phase, PHASE_MS / 2);
  for (let round = 0; round < rounds; round++) {
    for (const phase of phases) {
      attack(phase.target);
      await delay(PAUSE_MS);
      holds.forget();
      calls.get(phase)!.push(...(await callsFor(phase, PHASE_MS)));
      if (phase.target === proxy.url) held.push(...holds.all());
    }
  }
  say('| attacked | calls | p50, ms | p99, ms | work of the loop during a call, p50, ms | p99, ms |');
  say('| --- | --- | --- | --- | --- | --- |');
  for (const [{ attacked }, all] of calls) {
    const times = all.map(({ ms }) => ms);
    const works = all.map(({ work }) => work);
    const cells = [quantile(times, 0.5), quantile(times, 0.99), quantile(works, 0.5), quantile(works, 0.99)];
    say(`| ${attacked} | ${all.length} | ${cells.map((ms) => ms.toFixed(1)).join(' | ')} |`);
  }
  say(`\nMemory of the proxy at most: ${peak(proxy.child.pid!).toFixed(0)} MiB`);
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

/** The image of the sidecar sets this too. */
function asSidecar(env: Readonly<Record<string, string>>): Record<string, string> {
  return { ...env, NODE_OPTIONS: [SIDECAR_ENV.NODE_OPTIONS, env.NODE_OPTIONS].filter(Boolean).join(' ') };
}

function attack(target: string): void {
  children.at(-1)!.stdin!.write(`${target}\n`);
}

async function connected(url: string): Promise<Client> {
  const client = new Client({ name: 'bench', version: '1.0.0' });
  await client.connect(new StreamableHTTPClientTransport(new URL('/mcp', url)));
  return client;
}

async function callsFor({ client, child }: Phase, ms: number): Promise<Call[]> {
  const calls: Call[] = [];
  for (const end = performance.now() + ms; performance.now() < end; ) {
    const start = performance.now();
    const worked = workOf(child.pid!);
    await client.callTool({ name: 'echo', arguments: { message: 'hi' } });
    calls.push({ work: workOf(child.pid!) - worked, ms: performance.now() - start });
    await delay(THINK_MS);
  }
  return calls;
}

/** Returns the milliseconds that the main thread of a process has run. Linux only. */
function workOf(pid: number): number {
  return Number.parseInt(readFileSync(`/proc/${pid}/task/${pid}/schedstat`, 'utf8'), 10) / 1e6;
}

/** @returns the first output of the program */
async function started(path: string, ...args: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, [path, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
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
