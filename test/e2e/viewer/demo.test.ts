/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requireTool } from '../../../scripts/tools/index.js';
import { until } from '../../support/until.js';
import { FLAGS, PATIENCE_MS } from './stage.js';

/** How long an alert may take at the speed of the demonstration, on a busy machine. */
const FIRES_MS = 120_000;
/** The states of the alert of a fault, from its button on; near its limit the alert may come and go. */
const STORY = /^(quiet )?pending .*firing quiet/;

/**
 * Faults of one line do not affect each other. A fault whose alert looks back an hour comes last, after that
 * hour has data.
 */
const FAULTS = [
  [
    { name: 'slow-tool', alert: 'PmcpToolSlow' },
    { name: 'failing-tool', alert: 'PmcpToolErrors' },
    { name: 'dead-database', alert: 'PmcpHealthCheckFailing' },
  ],
  [
    { name: 'blocked-loop', alert: 'PmcpEventLoopBlocked' },
    { name: 'refused-token', alert: 'PmcpAuthorisationFailing' },
  ],
];

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
  await until(() => found() !== undefined);
  link = found() ?? '';
  const { path } = await requireTool('chromium');
  browser = await chromium.launch({ executablePath: path, args: FLAGS });
  page = await browser.newPage({ viewport: { width: 1440, height: 1200 } });
  page.setDefaultTimeout(PATIENCE_MS);
});

afterAll(async () => {
  await browser?.close();
  const ended = once(job, 'exit');
  job?.kill('SIGTERM');
  await ended;
});

describe('the page of npm start', () => {
  it('opens the overview, and says that the failures are intended', async () => {
    await page.goto(link);
    await page.waitForURL('**/d/pmcp-overview?*');
    await page.locator('[data-panel]').first().waitFor();
    expect(await page.getByLabel('Demonstration').textContent()).toContain('on purpose');
  });

  it('shows one request in all its signals, from the list of failed requests', async () => {
    await page.goto(`${link}/requests?kind=failed`);
    await page.locator('a[data-failed=true]').first().click();
    await page.locator('[data-span]').first().waitFor();
    expect(await page.locator('[data-span]').first().textContent()).toMatch(
      /(tools\/call|prompts\/get|resources\/read)/,
    );
    // The log line comes with another export than the span.
    await until(async () => {
      if ((await page.locator('[data-logs] li').count()) > 0) return true;
      await page.reload();
      await page.locator('[data-span]').first().waitFor();
      return false;
    });
  });

  it('leads from a dot on a curve to its request', async () => {
    await page.goto(`${link}/d/pmcp-tools?from=now-5m&refresh=5s`);
    const dot = page.locator('[data-exemplar]').first();
    await dot.waitFor();
    const title = await dot.getAttribute('title');
    await dot.press('Enter');
    await page.waitForURL('**/requests/*');
    await page.locator('[data-span]').first().waitFor();
    expect(title).toMatch(/^A request that took [\d.]+ (ms|s|µs) at /);
  });

  it('says that its alerts fire faster than the shipped ones', async () => {
    await page.goto(`${link}/alerts`);
    const demonstration = page.getByLabel('Demonstration');
    await demonstration.getByRole('button').first().waitFor();
    expect(await demonstration.textContent()).toMatch(/Alerts run 50 times as fast as shipped/);
    expect(await demonstration.getByRole('button').count()).toBe(FAULTS.flat().length);
  });

  it.each(FAULTS)(
    'starts a fault with a button, shows its alert and runbook, and recovers: %o',
    async (...faults) => {
      await page.goto(`${link}/d/pmcp-overview?from=now-5m&refresh=5s`);
      await page.locator('[data-fault]').first().waitFor();
      // A busy machine may have blocked the event loop before the fault does.
      await Promise.all(faults.map(({ name }) => reaches(name, 'quiet')));
      const seen = await statesSeen();
      for (const { name } of faults) await button(name).click();
      await Promise.all(faults.map(({ name }) => reaches(name, 'firing')));
      for (const { alert } of faults) await page.locator(`[data-mark][title^=${alert}]`).first().waitFor();
      for (const { name, alert } of faults) {
        await page.locator(`[data-fault=${name}]`).getByRole('link').click();
        await page.getByRole('heading', { name: alert }).waitFor();
        await page.locator(`[data-alert=${alert}][data-state=firing]`).first().waitFor();
        await page.getByLabel('Runbook').getByRole('heading', { name: 'What to do' }).waitFor();
      }
      for (const { name } of faults) await button(name).click();
      await Promise.all(faults.map(({ name }) => reaches(name, 'quiet')));
      for (const { name } of faults) expect((await seen())[name]?.join(' '), name).toMatch(STORY);
    },
    2 * FIRES_MS,
  );
});

function button(fault: string) {
  return page.locator(`[data-fault=${fault}]`).getByRole('button');
}

function reaches(fault: string, state: string): Promise<void> {
  return page.locator(`[data-fault=${fault}][data-state=${state}]`).waitFor({ timeout: FIRES_MS });
}

/** Records the states of each fault while the page is open; a state may be shorter than one poll. */
async function statesSeen(): Promise<() => Promise<Record<string, string[]>>> {
  await page.evaluate(() => {
    const seen: Record<string, string[]> = {};
    Object.assign(window, { seen });
    const look = () => {
      for (const { dataset } of document.querySelectorAll<HTMLElement>('[data-fault]')) {
        const { fault = '', state = '' } = dataset;
        seen[fault] ??= [];
        if (state !== 'unknown' && seen[fault].at(-1) !== state) seen[fault].push(state);
      }
    };
    const what = { subtree: true, childList: true, attributes: true, attributeFilter: ['data-state'] };
    new MutationObserver(look).observe(document.body, what);
  });
  return () => page.evaluate('window.seen');
}
