/**
 * Measures what it costs a Prometheus with many servers to evaluate every rule, and to answer every panel. It
 * first writes a day of history, then Prometheus scrapes synthetic servers for some minutes. Each way to scrape
 * histograms has a Prometheus of its own, one after the other, so that none takes the processor from another.
 *
 *     npm run bench:prometheus -- [servers] [tools] [hours of history] [minutes] [classic,nhcb,native,native-without-zeros]
 */
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Children } from '../../scripts/start/children.js';
import { writeHistory } from './history.js';
import { askPanels } from './panels.js';
import { printAsked, printEvaluated, printPanels } from './report.js';
import { SyntheticServers } from './synthetic.js';
import { WAYS, Watcher, type Way } from './watcher.js';

const [servers = 1_000, tools = 50, hours = 24, minutes = 7] = process.argv.slice(2, 6).map(Number);
const ways = (process.argv[6]?.split(',') ?? ['classic', 'native-without-zeros']).map(wayOf);
const folder = await mkdtemp(join(tmpdir(), 'bench-'));
const synthetic = await SyntheticServers.open(tools);
let children = newChildren();

try {
  const past = join(folder, 'past');
  await writeHistory(past, { servers, tools }, hours, progress);
  for (const way of ways) await measure(way, past);
} finally {
  await children.stop();
  synthetic.close();
  await rm(folder, { recursive: true });
}

async function measure(way: Way, past: string): Promise<void> {
  const own = join(folder, way);
  await cp(past, own, { recursive: true });
  const watcher = await Watcher.start(way, { folder: own, target: synthetic.target, servers, children });
  for (let minute = 0; minute < minutes; minute++) {
    progress(`${way}: scraping, ${minute} of ${minutes} minutes`);
    await delay(60_000);
  }
  await report(watcher);
  await children.stop();
  children = newChildren();
  await rm(own, { recursive: true });
}

function newChildren(): Children {
  return new Children((message) => process.stderr.write(`${message}\n`));
}

async function report(watcher: Watcher): Promise<void> {
  const [series, memory] = [await watcher.seriesCount(), await watcher.memory()];
  print(`\n${watcher.way}: ${servers} servers of ${tools} tools, ${series} series, ${memory.toFixed(0)} MB,`);
  print(`${hours} h of history\n`);
  const evaluated = await watcher.evaluated();
  printEvaluated(evaluated);
  const [all, one] = [
    await askPanels(watcher.url, 'all', watcher.form, progress),
    await askPanels(watcher.url, 'one', watcher.form, progress),
  ];
  printPanels('all', all);
  printPanels('one', one);
  printAsked({ servers, series, memory, evaluated, all, one });
}

function wayOf(text: string): Way {
  if (!(text in WAYS)) throw new Error(`Expected any of ${Object.keys(WAYS).join(', ')}, got ${text}`);
  return text as Way;
}

/** Tells on stderr how far it is, with the seconds since the start. */
function progress(text: string): void {
  process.stderr.write(`${performance.now().toFixed(0).slice(0, -3) || 0} s  ${text}\n`);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
