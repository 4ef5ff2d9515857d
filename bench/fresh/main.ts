/**
 * Measures the time from `npm ci && npm start` to the first painted panel on a new machine:
 * `npm run bench:fresh -- [most seconds]`.
 *
 * It uses a new clone, an empty npm cache and no fetched tools. Programs that the system has, such as
 * Prometheus, are used.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Browser, chromium } from 'playwright-core';
import { run } from '../../scripts/release/run.js';
import { requireTool } from '../../scripts/tools/index.js';

const [most = 120] = process.argv.slice(2).map(Number);
const ROOT = join(import.meta.dirname, '../..');
const PAINTED = '[data-panel][data-state=Done]:not(:has([data-note]))';
/** Matches a link in the output of a program. The first link is the page's. */
const LINK = /http:\/\/[\w.:[\]-]+/;
const PATIENCE_MS = 600_000;

const begin = () => performance.now();
const since = (from: number) => Math.round((performance.now() - from) / 100) / 10;

const folder = await mkdtemp(join(tmpdir(), 'pmcp-fresh-'));
const { path: executablePath } = await requireTool('chromium');
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
let program: ChildProcess | undefined;
try {
  const clone = join(folder, 'clone');
  await run('git', ['clone', '--quiet', ROOT, clone], folder);
  const fresh = begin();
  await run('npm', ['ci', '--no-audit', '--no-fund', '--cache', join(folder, 'cache')], clone);
  const installed = since(fresh);
  program = spawn('npm', ['start'], { cwd: clone, stdio: ['ignore', 'pipe', 'inherit'], detached: true });
  const link = await linkOf(program);
  const printed = since(fresh);
  await paint(browser, link);
  const painted = since(fresh);
  const load = loadavg()[0]?.toFixed(1);
  process.stdout.write(
    `npm ci ended after ${installed} s, the link came after ${printed} s, the first panel after ${painted} s (load ${load})\n`,
  );
  if (painted > most) {
    process.stderr.write(`Expected the first panel within ${most} s, got ${painted} s\n`);
    process.exitCode = 1;
  }
} finally {
  await browser.close();
  if (program?.pid) await stop(program, program.pid);
  await rm(folder, { recursive: true, force: true });
}

async function linkOf({ stdout }: ChildProcess): Promise<string> {
  if (!stdout) throw new Error('Expected npm start to be read');
  for await (const line of createInterface({ input: stdout })) {
    const [link] = LINK.exec(line) ?? [];
    // Later output is discarded, so that it does not fill the pipe.
    if (link) {
      stdout.resume();
      return link;
    }
  }
  throw new Error('Expected npm start to print a link, and it ended without one');
}

async function paint(browser: Browser, link: string): Promise<void> {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(link);
  await page.waitForSelector(PAINTED, { timeout: PATIENCE_MS });
}

/** Stops a program and all processes that it started. */
async function stop(program: ChildProcess, pid: number): Promise<void> {
  if (program.exitCode !== null) return;
  const ended = new Promise((done) => program.once('exit', done));
  process.kill(-pid, 'SIGINT');
  await ended;
}
