/**
 * Measures what it costs a Prometheus with many servers to evaluate every rule, and to answer every panel. It
 * first writes a day of history, then Prometheus scrapes synthetic servers for some minutes. Several ways to
 * scrape histograms can be compared: each has its own Prometheus at the same time.
 *
 *     npm run bench:prometheus -- [servers] [tools] [hours of history] [minutes] [classic,nhcb,native]
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { SCRAPED_HISTOGRAMS, type ScrapedHistograms } from '../../prometheus/scrape/options.js';
import { Children } from '../../scripts/start/children.js';
import { writeHistory } from './history.js';
import { askPanels } from './panels.js';
import { type Evaluated, printEvaluated, printPanels } from './report.js';
import { SyntheticServers } from './synthetic.js';
import { Watcher } from './watcher.js';

const [servers = 1_000, tools = 50, hours = 24, minutes = 7] = process.argv.slice(2, 6).map(Number);
const ways = (process.argv[6]?.split(',') ?? ['classic']).map(wayOf);
const folder = await mkdtemp(join(tmpdir(), 'bench-'));
const children = new Children((message) => process.stderr.write(`${message}\n`));
const synthetic = await SyntheticServers.open(tools);

try {
  const watchers: Watcher[] = [];
  for (const way of ways) {
    const own = join(folder, way);
    await writeHistory(own, { servers, tools }, hours);
    watchers.push(await Watcher.start(way, { folder: own, target: synthetic.target, servers, children }));
  }
  await delay(minutes * 60_000);
  for (const watcher of watchers) await report(watcher);
} finally {
  await children.stop();
  synthetic.close();
  await rm(folder, { recursive: true });
}

async function report(watcher: Watcher): Promise<void> {
  const [series, memory] = [await watcher.seriesCount(), await watcher.memory()];
  print(`\n${watcher.way}: ${servers} servers of ${tools} tools, ${series} series, ${memory.toFixed(0)} MB,`);
  print(`${hours} h of history\n`);
  printEvaluated(await watcher.api<Evaluated>('rules'));
  for (const chosen of ['all', 'one'] as const) {
    printPanels(chosen, await askPanels(watcher.url, chosen, watcher.form));
  }
}

function wayOf(text: string): ScrapedHistograms {
  const way = SCRAPED_HISTOGRAMS.find((way) => way === text);
  if (!way) throw new Error(`Expected any of ${SCRAPED_HISTOGRAMS.join(', ')}, got ${text}`);
  return way;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
