/**
 * Measures how long the viewer's pages take to draw all visible panels, with many servers and a day of data.
 *
 *     npm run bench:viewer -- [servers] [tools] [hours]
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { serveViewer, shipped } from '@pmcp/viewer';
import { chromium } from 'playwright-core';
import { ruleGroups } from '../../alerts/groups.js';
import { ruleFile } from '../../alerts/output/rules.js';
import { allDashboards } from '../../dashboards/dashboards.js';
import { Children } from '../../scripts/start/children.js';
import { Prometheus } from '../../scripts/start/prometheus.js';
import { requireTool } from '../../scripts/tools/index.js';
import { paint } from './paint.js';
import { seriesOf } from './past.js';
import { remoteWrite, type Series } from './remote-write.js';

const [servers = 50, tools = 50, hours = 24] = process.argv.slice(2).map(Number);
/** Prometheus accepts samples at most an hour out of order, so the history is written in pieces. */
const PIECE = 1_800;
const SCRAPES = 60;
const RULES_MS = 65_000;
const BROWSER = [
  '--no-sandbox',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const children = new Children((message) => print(message));
const folder = await mkdtemp(join(tmpdir(), 'bench-viewer-'));
const rules = join(folder, 'rules.yaml');
try {
  const prometheus = await start();
  const { scraped, recorded } = seriesOf({ servers, tools });
  const written = await writePast(prometheus, [...scraped, ...recorded]);
  // Rules record at the current time.
  // If they started before the history is written, its samples would be rejected.
  await writeFile(rules, ruleFile(ruleGroups()));
  await fetch(`${prometheus.url}/-/reload`, { method: 'POST' });
  const stop = goOn(prometheus, scraped, written);
  await delay(RULES_MS);
  print(
    `${servers} servers of ${tools} tools, ${scraped.length + recorded.length} series, ${hours} h; load ${loadavg()[0]?.toFixed(1)}`,
  );
  await measure(prometheus);
  await stop();
} finally {
  await children.stop();
  await rm(folder, { recursive: true });
}

async function start(): Promise<Prometheus> {
  await writeFile(rules, '');
  const config = `global: { evaluation_interval: 30s }\nrule_files: [${JSON.stringify(rules)}]\n`;
  const flags = ['--web.enable-remote-write-receiver', '--web.enable-lifecycle'];
  return Prometheus.startWith(config, children.start.bind(children), { flags });
}

async function writePast(prometheus: Prometheus, series: readonly Series[]): Promise<number> {
  const end = Math.floor(Date.now() / 1_000 / SCRAPES) * SCRAPES;
  for (let from = end - hours * 3_600; from < end; from += PIECE) {
    await write(prometheus, series, from, Math.min(from + PIECE, end));
  }
  return end;
}

/** Continues to write samples while the pages are measured. */
function goOn(prometheus: Prometheus, scraped: readonly Series[], since: number): () => Promise<void> {
  const ending = new AbortController();
  let from = since;
  const writing = (async () => {
    while (!ending.signal.aborted) {
      const now = Math.floor(Date.now() / 1_000);
      await write(prometheus, scraped, from, now);
      from = now;
      await delay(15_000, undefined, { signal: ending.signal }).catch(() => {});
    }
  })();
  return async () => {
    ending.abort();
    await writing;
  };
}

function write({ url }: Prometheus, series: readonly Series[], from: number, to: number): Promise<void> {
  return remoteWrite(`${url}/api/v1/write`, series, from, to);
}

async function measure({ url }: Prometheus): Promise<void> {
  const source = { url: new URL(url), scrapeIntervalMs: SCRAPES * 1_000 };
  const viewer = await serveViewer({ ...shipped(), prometheus: { Prometheus: source } });
  const { path } = await requireTool('chromium');
  const browser = await chromium.launch({ executablePath: path, args: BROWSER });
  print(
    '| page | servers | all in sight is drawn, ms | queries | Prometheus, s of a core | page, s of a core | slowest query |',
  );
  print('| --- | --- | --- | --- | --- | --- | --- |');
  for (const { uid } of allDashboards()) {
    for (const chosen of ['all', 'one'] as const) {
      const one = chosen === 'one' ? '&var-namespace=ns-0&var-instance=server-0' : '';
      const before = await coreSeconds(url);
      const painted = await paint(browser, `${viewer.url}/d/${uid}?from=now-${hours}h&refresh=off${one}`);
      const cost = (await coreSeconds(url)) - before;
      const { ms, work, queries, slowestMs, slowest } = painted;
      const worst = `${Math.round(slowestMs)} ms: ${slowest.slice(0, 60)}`.replaceAll('|', '\\|');
      print(
        `| ${uid} | ${chosen} | ${Math.round(ms)} | ${queries} | ${cost.toFixed(1)} | ${work.toFixed(1)} | ${worst} |`,
      );
    }
  }
  await browser.close();
  await viewer.close();
}

/**
 * Returns the processor time that Prometheus has used.
 * Unlike elapsed time it is also useful on a busy machine.
 */
async function coreSeconds(url: string): Promise<number> {
  const page = await (await fetch(`${url}/metrics`)).text();
  return Number(/^process_cpu_seconds_total (\S+)$/m.exec(page)?.[1]);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
