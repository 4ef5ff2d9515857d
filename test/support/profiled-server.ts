import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { Client } from '@modelcontextprotocol/client';
import { InMemoryTransport, McpServer } from '@modelcontextprotocol/server';
import { createObservability } from '@pmcp/observability';
import { temporaryFolder } from '../fixtures/temporary-folder.js';

// What V8 has put into its caller before the profile began has the caller's name there.
for (const compiler of ['turbo', 'maglev']) setFlagsFromString(`--no-${compiler}-inlining`);
// What it compiled anew in the middle of a loop before the profile began has no name there: its caller gets the time.
setFlagsFromString('--no-use-osr');

const TOKEN = 'a-token-of-many-letters';

/** What its admin port wants to see. */
export const headers = { authorization: `Bearer ${TOKEN}` };

/** The tools that show in a profile of each kind. */
const TOOLS = {
  profile: ['index_notes', 'list_notes'],
  heap: ['keep_notes'],
  trace: ['block_notes', 'list_notes'],
} as const;

export type ProfileKind = keyof typeof TOOLS;

export type ProfiledServer = Awaited<ReturnType<typeof startProfiled>>;

/** A server that may be profiled, with tools that burn the processor, keep memory and block the event loop. */
export async function startProfiled() {
  const folder = temporaryFolder('profiling');
  const tokenFile = join(folder, 'token');
  writeFileSync(tokenFile, TOKEN);
  const toolkit = createObservability({
    metrics: { port: 0, host: '127.0.0.1', runtime: false, auth: { tokenFile }, profiling: true },
    shutdown: { onSigterm: false },
    log: { level: 'fatal' },
  });
  const { port } = (await toolkit.listen()) ?? { port: 0 };
  const [ours, theirs] = InMemoryTransport.createLinkedPair();
  await toolkit.observe(notes()).connect(theirs);
  const client = new Client({ name: 'tester', version: '1.0.0' });
  await client.connect(ours);
  return {
    toolkit,
    /** Where it keeps its token, and profiles may be kept. */
    folder,
    tokenFile,
    pprof: `http://127.0.0.1:${port}/debug/pprof`,
    /** @returns what comes of it when the tools of that kind are called all the while */
    whileCalled: <T>(kind: ProfileKind, asked: Promise<T>) => whileCalled(client, TOOLS[kind], asked),
  };
}

function notes(): McpServer {
  const server = new McpServer({ name: 'notes', version: '1.0.0' });
  server.registerTool('index_notes', {}, () => work(6));
  server.registerTool('list_notes', {}, () => work(1));
  server.registerTool('block_notes', {}, () => {
    Array.from([60], burnTheProcessor);
    return { content: [] };
  });
  server.registerTool('keep_notes', {}, () => {
    keepNotes();
    wasteNotes();
    return { content: [] };
  });
  return server;
}

/**
 * Burns so much in one turn, and as much again after an await. V8 inlines a function that it calls
 * often, and a profile then names the caller. It can't inline what a builtin such as `Array.from` calls.
 */
async function work(milliseconds: number) {
  Array.from([milliseconds], burnTheProcessor);
  await new Promise(setImmediate);
  Array.from([milliseconds], burnTheProcessor);
  return { content: [] };
}

function burnTheProcessor(milliseconds: number): void {
  const end = used() + milliseconds * 1000;
  while (used() < end) for (let i = 0; i < 20_000; i++) Math.sqrt(Math.random());
}

/** The sum of both is exact, and what each is of it is not. */
function used(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

const kept: number[][] = [];
const wasted: { note?: number[] } = {};

function keepNotes(): void {
  for (let i = 0; i < 50; i++) kept.push(new Array(5_000).fill(i));
  if (kept.length > 200) kept.splice(0, 50);
}

function wasteNotes(): void {
  for (let i = 0; i < 200; i++) wasted.note = new Array(5_000).fill(i);
}

async function whileCalled<T>(client: Client, tools: readonly string[], asked: Promise<T>): Promise<T> {
  let isOver = false;
  const answer = asked.finally(() => {
    isOver = true;
  });
  while (!isOver) {
    await Promise.all(tools.map((name) => client.callTool({ name })));
    // Calls in memory alone would let no timer and no socket have its turn.
    await new Promise(setImmediate);
  }
  return answer;
}
