/**
 * Measures how much more processor time a Node.js program takes to start with the toolkit: one that is no server, and an MCP
 * server until its first answer. The ways to start take turns. `npm run bench:injection -- --runs 21` takes a minute.
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

const INITIALIZE = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'bench', version: '1' } },
};
const SERVER = join(import.meta.dirname, '../../test/fixtures/register/v1.mjs');
/** Says how much time all threads took so far. Loaded behind the toolkit, it runs before the program. */
const REPORT = `const tell = () => { const { user, system } = process.cpuUsage();
  process.stderr.write('took ' + (user + system) / 1000 + '\\n'); };`;

const folder = mkdtempSync(join(tmpdir(), 'pmcp-bench-'));
const start = join(folder, 'start.cjs');

async function reported(child: ChildProcess): Promise<number> {
  const lines = createInterface({ input: child.stderr! });
  for await (const line of lines) if (line.startsWith('took ')) return Number(line.slice(5));
  throw new Error('The program ended without saying how long it took.');
}

const env = (options: string) => ({ PATH: process.env.PATH, NODE_OPTIONS: options, PMCP_METRICS_PORT: '0' });

async function plain(options: string): Promise<number> {
  const child = spawn(values.node, [join(folder, 'plain.mjs')], { env: env(options) });
  const took = await reported(child);
  await once(child, 'close');
  return took;
}

async function server(options: string): Promise<number> {
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

const REGISTER = join(import.meta.dirname, '../../packages/observability/dist/register.js');
/** In a pod with the toolkit in it, and with the package. */
const WAYS = { injected: `--require=${start}`, imported: `--import=${REGISTER}` };

/** Differences within a turn, since the load of the machine changes between them. */
async function compared(title: string, run: (options: string) => Promise<number>): Promise<void> {
  const without: number[] = [];
  const more = Object.fromEntries(Object.keys(WAYS).map((way) => [way, [] as number[]]));
  for (let i = 0; i < Number(values.runs); i++) {
    const took = await run('');
    without.push(took);
    for (const [way, options] of Object.entries(WAYS)) more[way]!.push((await run(options)) - took);
  }
  const cells = [without, ...Object.values(more)].map((numbers) => Math.round(median(numbers)));
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
  process.stdout.write('| what starts | without, ms | injected, ms more | imported, ms more |\n');
  process.stdout.write('| --- | --- | --- | --- |\n');
  await compared('a program that is no server', plain);
  await compared('an MCP server, until its first answer', server);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
