/**
 * Measures the effect of an unavailable collector on a server, minute by minute, compared to a server that
 * exports nothing.
 *
 *     npm run build && npx tsx packages/observability/bench/outage.ts [minutes]
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { freePort } from '../../../scripts/free-port.js';
import type { Minute } from './outage-worker.js';
import { table } from './stats.js';

const WORKER = join(import.meta.dirname, 'outage-worker.ts');
const [minutes = '10'] = process.argv.slice(2);

const down = `http://127.0.0.1:${await freePort()}`;
const [quiet, exporting] = await Promise.all([run(''), run(down)]);
const rows = [
  row('exports nothing, first minute', quiet.at(0)),
  row('exports nothing, last minute', quiet.at(-1)),
  row('collector down, first minute', exporting.at(0)),
  row('collector down, last minute', exporting.at(-1)),
];
const columns = ['server', 'callTool p50, ms', 'p99, ms', 'heap, MB', 'RSS, MB', 'dropped'];
process.stdout.write(`${table(columns, rows)}\n`);

async function run(endpoint: string): Promise<Minute[]> {
  const child = fork(WORKER, [minutes, endpoint], {
    execArgv: ['--expose-gc', '--import', 'tsx'],
    stdio: 'ignore',
  });
  const seen: Minute[] = [];
  child.on('message', (minute) => seen.push(minute as Minute));
  await once(child, 'exit');
  return seen;
}

function row(title: string, minute: Minute | undefined): string[] {
  if (minute === undefined) throw new Error(`Expected a minute of ${title}, but the server ended before`);
  const { p50, p99, heap, rss, dropped } = minute;
  return [title, p50.toFixed(2), p99.toFixed(2), heap.toFixed(1), rss.toFixed(0), String(dropped)];
}
