/**
 * Measures what profiles cost a server: if they are off, if they can be requested, while one is taken, and
 * with the watch for stalls. Each way has its own process, because a process that once used contexts stays
 * slower. The ways take turns: `npx tsx packages/observability/bench/profiling.ts`
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/client';
import { InMemoryTransport, McpServer } from '@modelcontextprotocol/server';
import { createObservability, type Options } from '@pmcp/observability';
import { median, table } from './stats.js';

const WAYS = ['off', 'may be asked for', 'while one is taken', 'watch for stalls'] as const;
type Way = (typeof WAYS)[number];
const RUNS = 3;
const SECONDS = 3;

interface Measured {
  /** Microseconds of processor time for each call. */
  readonly cost: number;
  /** The part of the profile's processor time that belongs to no known request. */
  readonly unattributed: number | undefined;
}

async function measured(way: Way): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-profiling-'));
  const tokenFile = join(folder, 'token');
  writeFileSync(tokenFile, 'a-token-of-many-letters');
  const profiled: Options = {
    metrics: { port: false, runtime: false, auth: { tokenFile }, profiling: true },
  };
  const watched = { profiling: { directory: folder, stallMs: 1_000 } };
  const toolkit = createObservability({
    metrics: { port: false, runtime: false },
    log: { level: 'fatal' },
    ...(way === 'watch for stalls' ? watched : way === 'off' ? {} : profiled),
  });
  // A pending profile does not keep the process alive.
  const alive = setInterval(() => {}, 1_000);
  const client = await connected(toolkit);
  await calls(client, 1);
  const asked = way === 'while one is taken' ? taken(toolkit) : undefined;
  const cost = await calls(client, SECONDS);
  const unattributed = await asked;
  clearInterval(alive);
  await toolkit.shutdown();
  rmSync(folder, { recursive: true });
  return { cost, unattributed };
}

type Toolkit = ReturnType<typeof createObservability>;

async function connected(toolkit: Toolkit): Promise<Client> {
  const server = toolkit.observe(new McpServer({ name: 'bench', version: '1.0.0' }));
  server.registerTool('work', {}, async () => {
    for (let i = 0; i < 20_000; i++) Math.sqrt(i);
    await turn();
    return { content: [] };
  });
  const [ours, theirs] = InMemoryTransport.createLinkedPair();
  await server.connect(theirs);
  const client = new Client({ name: 'bench', version: '1.0.0' });
  await client.connect(ours);
  return client;
}

async function calls(client: Client, seconds: number): Promise<number> {
  const start = process.cpuUsage();
  let count = 0;
  for (const end = performance.now() + seconds * 1_000; performance.now() < end; count++)
    await client.callTool({ name: 'work' });
  const { user, system } = process.cpuUsage(start);
  return (user + system) / count;
}

async function taken(toolkit: Toolkit): Promise<number> {
  const url = `http://127.0.0.1/debug/pprof/profile?seconds=${SECONDS - 1}&format=cpuprofile`;
  const headers = { authorization: 'Bearer a-token-of-many-letters' };
  const { nodes, samples, timeDeltas } = await (await toolkit.fetch(new Request(url, { headers }))).json();
  const { cpuReport } = await import('../src/cli/profile/cpu-report.js');
  const line = cpuReport({ nodes, samples, timeDeltas, startTime: 0, endTime: 0 }, 100).find((one) =>
    one.endsWith('no known request'),
  );
  return Number.parseFloat(line ?? '0');
}

const [way] = process.argv.slice(2);
if (way !== undefined) process.stdout.write(JSON.stringify(await measured(way as Way)));
else {
  const results = new Map<Way, Measured[]>(WAYS.map((one) => [one, []]));
  for (let run = 0; run < RUNS; run++)
    for (const one of WAYS) {
      const out = execFileSync(process.execPath, ['--import', 'tsx', fileURLToPath(import.meta.url), one]);
      results.get(one)!.push(JSON.parse(out.toString()));
    }
  const rows = [...results].map(([name, all]) => {
    const shares = all.flatMap(({ unattributed }) => unattributed ?? []);
    const share = shares.length === 0 ? '' : `${median(shares).toFixed(0)} %`;
    return [name, median(all.map(({ cost }) => cost)).toFixed(1), share];
  });
  process.stdout.write(
    `${table(['profiles', 'µs of processor time a call', 'of no known request'], rows)}\n`,
  );
}
