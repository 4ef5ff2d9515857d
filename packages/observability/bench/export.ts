import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { Collector } from '../../../scripts/collector/collector.js';
import { table } from './stats.js';

const WORKER = join(import.meta.dirname, 'export-worker.ts');
const CASES = [
  { title: 'answers at once', delayMs: 0 },
  { title: 'answers after 100 ms', delayMs: 100 },
  { title: 'is not there', delayMs: undefined },
] as const;

/** What a worker reports at its end. */
interface Exported {
  readonly perSecond: number;
  readonly exported: number;
  readonly dropped: number;
  /** The most milliseconds that the serialisation of a batch took. */
  readonly longestBatch: number;
  /** The most milliseconds that anything blocked the event loop. */
  readonly longestStall: number;
  readonly heapGrowth: number;
}

/** (e) Measures the export of spans and log lines under load, with collectors in different states. */
export async function exporting(): Promise<string> {
  const rows: string[][] = [];
  for (const { title, delayMs } of CASES) {
    const collector = await Collector.start({ keep: false });
    const { url } = collector;
    if (delayMs === undefined) collector.stop();
    else collector.behaviour.delayMs = delayMs;
    const { perSecond, exported, dropped, longestBatch, longestStall, heapGrowth } = await run(url);
    if (delayMs !== undefined) collector.stop();
    const counts = [perSecond, exported, dropped].map((count) => count.toFixed(0));
    const times = [longestBatch, longestStall].map((ms) => ms.toFixed(1));
    rows.push([title, ...counts, ...times, (heapGrowth / 1e6).toFixed(1)]);
  }
  return table(
    ['a collector that', 'requests/s', 'exported', 'dropped'].concat(
      ...['longest batch, ms', 'longest stall, ms', 'heap growth, MB'],
    ),
    rows,
  );
}

async function run(url: string): Promise<Exported> {
  const child = fork(WORKER, [url], { execArgv: ['--expose-gc', '--import', 'tsx'], stdio: 'ignore' });
  const [result] = (await once(child, 'message')) as [Exported];
  child.kill('SIGKILL');
  return result;
}
