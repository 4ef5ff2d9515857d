/**
 * Measures how much longer a Node.js program takes to start in a pod with the toolkit: one that is no server, and an MCP
 * server until its first answer. Both kinds of start take turns. `npm run bench:injection -- --runs 21` takes a minute.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { program } from '../../scripts/generate/injection/snippet.js';
import { bundleInjection } from '../../scripts/injection/bundle.js';

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '21' }, node: { type: 'string', default: process.execPath } },
});

interface Start {
  /** From the start of the process, as it measures itself. */
  readonly ms: number;
  /** Of all threads. */
  readonly cpuMs: number;
}

const INITIALIZE = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'bench', version: '1' } },
};
const SERVER = join(import.meta.dirname, '../../test/fixtures/register/v1.mjs');
/** Says how long it took so far. Loaded behind the toolkit, it runs before the program. */
const REPORT = `const tell = () => { const { user, system } = process.cpuUsage();
  process.stderr.write(JSON.stringify({ ms: performance.now(), cpuMs: (user + system) / 1000 }) + '\\n'); };`;

const folder = mkdtempSync(join(tmpdir(), 'pmcp-bench-'));
const start = join(folder, 'start.cjs');

async function reported(child: ChildProcess): Promise<Start> {
  const lines = createInterface({ input: child.stderr! });
  for await (const line of lines) if (line.startsWith('{"ms"')) return JSON.parse(line) as Start;
  throw new Error('The program ended without saying how long it took.');
}

const env = (options: string) => ({ PATH: process.env.PATH, NODE_OPTIONS: options, PMCP_METRICS_PORT: '0' });

async function plain(options: string): Promise<Start> {
  const child = spawn(values.node, [join(folder, 'plain.mjs')], { env: env(options) });
  const took = await reported(child);
  await once(child, 'close');
  return took;
}

async function server(options: string): Promise<Start> {
  const child = spawn(values.node, ['--require', join(folder, 'report.cjs'), SERVER], { env: env(options) });
  child.stdin.write(`${JSON.stringify(INITIALIZE)}\n`);
  const took = await reported(child);
  child.kill('SIGKILL');
  await once(child, 'close');
  return took;
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[numbers.length >> 1]!;
}

const WAYS = { without: '', with: `--require=${start}` };

async function compared(title: string, run: (options: string) => Promise<Start>): Promise<void> {
  const starts: Record<keyof typeof WAYS, Start[]> = { without: [], with: [] };
  for (let i = 0; i < Number(values.runs); i++)
    for (const way of ['without', 'with'] as const) starts[way].push(await run(WAYS[way]));
  const of = (way: keyof typeof WAYS, key: keyof Start) =>
    Math.round(median(starts[way].map((one) => one[key])));
  const cells = (['ms', 'cpuMs'] as const).flatMap((key) => [
    of('without', key),
    of('with', key),
    of('with', key) - of('without', key),
  ]);
  process.stdout.write(`| ${title} | ${cells.join(' | ')} |\n`);
}

try {
  await bundleInjection(join(folder, 'image'));
  writeFileSync(
    start,
    program.replace(/require\('[^']+'\)/, `require('${join(folder, 'image/toolkit/observe.cjs')}')`),
  );
  writeFileSync(join(folder, 'plain.mjs'), `${REPORT} tell();\n`);
  // The answer is the first thing that a server writes.
  writeFileSync(
    join(folder, 'report.cjs'),
    `${REPORT} const { write } = process.stdout; process.stdout.write = (...args) => { process.stdout.write = write; tell(); return write.apply(process.stdout, args); };\n`,
  );
  process.stdout.write(
    '| what starts | without, ms | with, ms | more, ms | without, CPU ms | with, CPU ms | more, CPU ms |\n',
  );
  process.stdout.write('| --- | --- | --- | --- | --- | --- | --- |\n');
  await compared('a program that is no server', plain);
  await compared('an MCP server, until its first answer', server);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
