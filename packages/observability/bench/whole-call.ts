/**
 * (k) Measures what a call costs altogether, with the export of its span: by the processor time of the process, which counts
 * what is done between calls and by the collector of garbage. Run it with the Node.js to measure.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { setTimeout as delay, setImmediate as turn } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { createObservability } from '@pmcp/observability';
import { z } from 'zod';
import { Collector } from '../../../scripts/collector/collector.js';
import { median, table } from './stats.js';

const SUBJECTS = ['bare', 'metrics', 'metrics and log', 'metrics and spans', 'all three'] as const;
type Subject = (typeof SUBJECTS)[number];

const PROCESSES = 3;
const WARM_UP = 16;
const ROUNDS = 40;
/** Calls of a round: two batches of spans, which is as many as wait at most. */
const CALLS = 1_024;
const AT_ONCE = 64;
/** Milliseconds for the collector to answer. */
const PAUSE_MS = 8;

const NAMED = { name: 'bench', version: '1.0.0' };
const CALL = { name: 'echo', arguments: { text: 'hi' } };

function observed(subject: Subject, server: McpServer, endpoint: string): McpServer {
  if (subject === 'bare') return server;
  const logs = subject === 'metrics and log' || subject === 'all three';
  const spans = subject === 'metrics and spans' || subject === 'all three';
  const { observe } = createObservability({
    metrics: { port: false, runtime: false },
    log: { requestsPerSecond: logs ? 1e9 : 0 },
    traces: spans ? { endpoint } : { mode: 'off' },
  });
  return observe(server);
}

async function connected(subject: Subject, endpoint: string): Promise<Client> {
  const server = new McpServer(NAMED);
  server.registerTool('echo', { inputSchema: { text: z.string() } }, async ({ text }) => ({
    content: [{ type: 'text', text }],
  }));
  const [ofClient, ofServer] = InMemoryTransport.createLinkedPair();
  await observed(subject, server, endpoint).connect(ofServer);
  const client = new Client(NAMED);
  await client.connect(ofClient);
  return client;
}

/** Returns the microseconds of processor time for each call. */
async function round(client: Client): Promise<number> {
  const before = process.cpuUsage();
  for (let calls = 0; calls < CALLS; calls += AT_ONCE) {
    for (let i = 0; i < AT_ONCE; i++) await client.callTool(CALL);
    await turn();
  }
  await delay(PAUSE_MS);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / CALLS;
}

async function measured(subject: Subject, endpoint: string): Promise<number> {
  const client = await connected(subject, endpoint);
  const times: number[] = [];
  for (let i = 0; i < WARM_UP + ROUNDS; i++) times.push(await round(client));
  // What other programs do to this one makes rounds longer, never shorter.
  const sorted = times.slice(WARM_UP).sort((a, b) => a - b);
  return sorted[ROUNDS / 4] as number;
}

async function inProcess(subject: Subject, endpoint: string): Promise<number> {
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', fileURLToPath(import.meta.url), subject, endpoint],
    {
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  );
  const [output] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  return Number(output);
}

async function report(): Promise<string> {
  const collector = await Collector.start({ keep: false });
  const results = new Map<Subject, number[]>(SUBJECTS.map((subject) => [subject, []]));
  for (let i = 0; i < PROCESSES; i++)
    for (const [subject, times] of results) times.push(await inProcess(subject, collector.url));
  collector.stop();
  const bare = median(results.get('bare') as number[]);
  return table(
    ['a call with', 'processor time, µs', 'added, µs'],
    [...results].map(([subject, times]) => {
      const time = median(times);
      return [subject, time.toFixed(1), (time - bare).toFixed(1)];
    }),
  );
}

const [subject, endpoint] = process.argv.slice(2) as [Subject?, string?];
if (subject === undefined || endpoint === undefined) process.stdout.write(`${await report()}\n`);
else process.stdout.write(String(await measured(subject, endpoint)));
process.exit();
