import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requireTool } from '../../../scripts/tools/index.js';
import { until } from '../../support/until.js';
import { FLAGS } from './stage.js';

/** What an alert takes at the speed of the demonstration, and a machine that is busy. */
const FIRES_MS = 90_000;

let job: ChildProcess;
let browser: Browser;
let page: Page;
let link: string;

beforeAll(async () => {
  job = spawn(process.execPath, ['--import', 'tsx', 'scripts/start/main.ts'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let said = '';
  job.stdout?.on('data', (data) => {
    said += data;
  });
  const found = () => /^see it +(http:\S+)$/m.exec(said)?.[1];
  await until(() => found() !== undefined, 60_000);
  link = found() ?? '';
  const { path } = await requireTool('chromium');
  browser = await chromium.launch({ executablePath: path, args: FLAGS });
  page = await browser.newPage({ viewport: { width: 1440, height: 1200 } });
});

afterAll(async () => {
  await browser?.close();
  const ended = once(job, 'exit');
  job?.kill('SIGTERM');
  await ended;
});

describe('the page of npm start', () => {
  it('opens the overview, and says that the failing share is meant', async () => {
    await page.goto(link);
    await page.waitForURL('**/d/pmcp-overview?*');
    await page.locator('[data-panel]').first().waitFor();
    expect(await page.getByLabel('Demonstration').textContent()).toContain('on purpose');
  });

  it('shows one request in its signals, from the list of those that failed', async () => {
    await page.goto(`${link}/requests?kind=failed`);
    await page.locator('a[data-failed=true]').first().click();
    await page.locator('[data-span]').first().waitFor();
    expect(await page.locator('[data-span]').first().textContent()).toMatch(
      /(tools\/call|prompts\/get|resources\/read)/,
    );
    // The line comes with another export than the span.
    await until(async () => {
      if ((await page.locator('[data-logs] li').count()) > 0) return true;
      await page.reload();
      await page.locator('[data-span]').first().waitFor();
      return false;
    }, 20_000);
  });

  it('leads from a dot on a curve to the request that it stands for', async () => {
    await page.goto(`${link}/d/pmcp-tools?from=now-5m&refresh=5s`);
    const dot = page.locator('[data-exemplar]').first();
    await dot.waitFor({ timeout: 30_000 });
    const title = await dot.getAttribute('title');
    await dot.press('Enter');
    await page.waitForURL('**/requests/*');
    await page.locator('[data-span]').first().waitFor();
    expect(title).toMatch(/^A request that took [\d.]+ (ms|s|µs) at /);
  }, 60_000);

  it('breaks a tool at the press of a button, tells of it with the runbook, and heals', async () => {
    await page.goto(`${link}/d/pmcp-overview?from=now-5m&refresh=5s`);
    const fault = page.locator('[data-fault=failing-tool]');
    await fault.getByRole('button').click();
    await page.locator('[data-fault=failing-tool][data-state=firing]').waitFor({ timeout: FIRES_MS });
    await fault.getByRole('link').click();
    await page.getByRole('heading', { name: 'PmcpToolErrors' }).waitFor();
    await page.getByLabel('Runbook').getByRole('heading', { name: 'What to do' }).waitFor();
    expect(await page.locator('[data-alert=PmcpToolErrors]').first().textContent()).toContain('search_notes');
    await page.locator('[data-fault=failing-tool]').getByRole('button').click();
    await page.locator('[data-fault=failing-tool][data-state=quiet]').waitFor({ timeout: FIRES_MS });
  }, 240_000);
});
