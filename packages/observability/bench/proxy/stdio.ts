import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { median, table } from '../stats.js';

const MEGABYTES = 400;
const PAIRS = 7;

const file = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const RAW = [file('raw.mjs')];
const PROXY = [file('../../dist/cli.js'), 'proxy', 'stdio', '--'];

/** Measures lines from a server to its client through raw pipes and through the proxy, in turns. */
export async function stdioThroughput(): Promise<string> {
  const rows: string[][] = [];
  for (const bytes of [2_048, 65_536]) {
    const pairs: { raw: number; proxy: number }[] = [];
    for (let pair = 0; pair < PAIRS; pair++) pairs.push(await measurePair(bytes, pair));
    rows.push([
      `${bytes / 1_024} kB`,
      median(pairs.map(({ raw }) => raw)).toFixed(0),
      median(pairs.map(({ proxy }) => proxy)).toFixed(0),
      median(pairs.map(({ raw, proxy }) => proxy / raw)).toFixed(2),
    ]);
  }
  return table(['stdio, lines of', 'raw pass-through, MB/s', 'proxy, MB/s', 'median ratio'], rows);
}

/** Measures a pair. The two take turns to go first. */
async function measurePair(bytes: number, pair: number) {
  const order = pair % 2 === 0 ? [RAW, PROXY] : [PROXY, RAW];
  const [first = 0, second = 0] = [
    await megabytesPerSecond(order[0]!, bytes),
    await megabytesPerSecond(order[1]!, bytes),
  ];
  return pair % 2 === 0 ? { raw: first, proxy: second } : { raw: second, proxy: first };
}

/** Measures from the first byte to the last, so that the start of processes does not count. */
async function megabytesPerSecond(through: readonly string[], bytes: number): Promise<number> {
  const source = [process.execPath, file('source.mjs'), String(bytes), String(MEGABYTES)];
  const child = spawn(process.execPath, [...through, ...source], { stdio: ['pipe', 'pipe', 'inherit'] });
  let total = 0;
  let start = 0;
  child.stdout.on('data', (chunk: Buffer) => {
    start ||= performance.now();
    total += chunk.length;
  });
  await once(child, 'close');
  return total / 1_000 / (performance.now() - start);
}
