import type { Locator, Page, Route } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allDashboards } from '../../../dashboards/dashboards.js';
import { until } from '../../support/until.js';
import { drawn } from './drawn.js';
import { stepTo } from './keyboard.js';
import { boxOf } from './pointer.js';
import { Stage } from './stage.js';

const stage = new Stage();

beforeAll(() => stage.start());
afterAll(() => stage.stop());

/** Returns the texts of panels that show a note instead of a drawing. */
function notes(page: Page, kind: string): Promise<string[]> {
  return page.locator(`[data-note=${kind}]`).allTextContents();
}

describe('a dashboard in a browser', () => {
  it.each(allDashboards().map(({ uid }) => uid))(
    'draws %s, and explains every panel that it cannot draw',
    async (uid) => {
      const page = await stage.open(`/d/${uid}?from=now-5m`, { viewport: { width: 1440, height: 4000 } });
      await drawn(page);
      expect(await notes(page, 'error')).toEqual([]);
      await expect.poll(() => page.locator('[data-panel][data-state=Loading]').count()).toBe(0);
      for (const note of await notes(page, 'absent')) {
        expect(note).toMatch(
          /^(This panel of the kind “[\w-]+” asks \w+, which the viewer was not given|The viewer can't draw panels of the kind “[\w-]+”)\. Grafana/,
        );
      }
      await page.close();
      expect(stage.complaints).toEqual([]);
    },
  );

  it('shows the name, figures and curve of a tool in one row', async () => {
    const page = await stage.open('/d/pmcp-tools?from=now-5m&refresh=5s');
    const table = page.locator('[data-panel]', { hasText: 'Tools by calls' });
    const row = table.locator('[role=row]', { hasText: 'search_notes' });
    await row.waitFor();
    await expect.poll(() => row.innerText()).toMatch(/req\/s/);
    await expect.poll(() => row.locator('canvas').count()).toBe(1);
    expect(await table.locator('[role=row]', { hasText: 'pmcp' }).count()).toBe(0);
    await page.close();
    expect(stage.complaints).toEqual([]);
  });
});

describe('the page', () => {
  it('zooms in when the user drags over a curve, and goes back', async () => {
    const page = await stage.open('/d/pmcp-overview?from=now-5m');
    await drawn(page);
    const plot = page.locator('[data-kind=timeseries] .u-over').first();
    const box = await boxOf(plot);
    await page.mouse.move(box.x + box.width * 0.4, box.y + 20);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.8, box.y + 20, { steps: 5 });
    await page.mouse.up();
    await page.waitForURL(/from=\d+&to=\d+/);
    const { searchParams } = new URL(page.url());
    const seconds = (Number(searchParams.get('to')) - Number(searchParams.get('from'))) / 1000;
    expect(seconds).toBeGreaterThan(90);
    expect(seconds).toBeLessThan(150);
    await page.goBack();
    await page.waitForURL(/from=now-5m/);
    await page.close();
  });

  it('lets the user choose a tool with the keyboard, and uses it in every query', async () => {
    const page = await stage.open('/d/pmcp-tools?from=now-5m');
    await drawn(page);
    const tools = page.locator('button[aria-haspopup=listbox]', { hasText: /^Tool/ });
    await stepTo(page, tools);
    await page.keyboard.press('Enter');
    await page.keyboard.type('search');
    const asked = page.waitForRequest((request) => request.postData()?.includes('search_notes') ?? false);
    await page.keyboard.press('Enter');
    await page.waitForURL(/var-tool=search_notes/);
    await asked;
    await page.keyboard.press('Escape');
    expect(await tools.textContent()).toContain('search_notes');
    await page.close();
  });

  it('keeps the time range and the variables when the user opens another dashboard', async () => {
    const page = await stage.open('/d/pmcp-overview?from=now-5m&to=now&var-job=pmcp');
    await drawn(page);
    await page.getByRole('link', { name: 'Node.js runtime' }).click();
    await page.waitForURL(/pmcp-nodejs/);
    const { searchParams } = new URL(page.url());
    expect(searchParams.get('from')).toBe('now-5m');
    expect(searchParams.get('var-job')).toBe('pmcp');
    await page.close();
  });

  it('shows the error message of Prometheus for a bad query', async () => {
    const page = await stage.open('/d/pmcp-overview?from=now-5m&var-instance=(');
    await page.route('**/query*', (route) => {
      const body = (route.request().postData() ?? '').replace('query=', 'query=%28');
      return route.continue({ postData: body });
    });
    await page.reload();
    await page.locator('[data-note=error]').first().waitFor();
    expect(await page.locator('[data-note=error]').first().textContent()).toMatch(/parse error|unclosed/);
    await page.close();
    stage.complaints.length = 0;
  });

  it('says when the viewer is unreachable, keeps its data, and continues when the viewer is back', async () => {
    const page = await stage.open('/d/pmcp-overview?from=now-5m&refresh=5s');
    await drawn(page);
    await page.context().setOffline(true);
    await page.locator('[data-panel][data-state=Error]').first().waitFor();
    await page.locator('[data-panel][data-state=Error] canvas').first().waitFor();
    await page.context().setOffline(false);
    await page.locator('[data-panel][data-state=Error]').first().waitFor({ state: 'detached' });
    await page.close();
    stage.complaints.length = 0;
  });

  it('sends no query for panels that are out of sight', async () => {
    const page = await stage.open('/d/pmcp-tools?from=now-5m', { viewport: { width: 1440, height: 400 } });
    await drawn(page);
    const asked: string[] = [];
    page.on('request', (request) => {
      if (request.url().endsWith('/query_range')) asked.push(request.postData() ?? '');
    });
    const states = () =>
      page.locator('[data-panel]').evaluateAll((panels) => panels.map((panel) => panel.dataset.state));
    const before = await states();
    expect(before[0]).toBe('Done');
    expect(before.at(-1)).toBe('NotStarted');
    expect(asked).toEqual([]);
    await page.locator('[data-panel]').last().scrollIntoViewIfNeeded();
    await drawn(page);
    expect((await states()).at(-1)).toBe('Done');
    expect(asked).not.toEqual([]);
    await page.close();
  });

  it('cancels its queries when the time range changes', async () => {
    const page = await stage.open('/d/pmcp-nodejs?from=now-5m&refresh=off');
    await drawn(page);
    // Answers take as long as those about a day of many servers.
    let isSlow = true;
    await page.route('**/query_range', async (route) => {
      if (!isSlow) await route.continue();
    });
    const given = page.waitForEvent('requestfailed', (request) => request.url().endsWith('/query_range'));
    const first = page.waitForRequest('**/query_range');
    await page.getByTestId('data-testid RefreshPicker run button').click();
    await first;
    isSlow = false;
    await page.evaluate(
      "history.pushState(null, '', location.pathname + '?from=now-3m&refresh=off'); dispatchEvent(new PopStateEvent('popstate'))",
    );
    expect((await given).failure()?.errorText).toBe('net::ERR_ABORTED');
    await drawn(page);
    await page.close();
  });

  it('shows answers that take longer than its refresh interval', async () => {
    const page = await stage.open('/alerts');
    await page.getByLabel('Alerts').waitFor();
    await page.clock.install();
    let held: Route[] | undefined = [];
    await page.route('**/query*', async (route) => {
      if (held) held.push(route);
      else await route.continue();
    });
    await page.goto(`${stage.url}/d/pmcp-nodejs?from=now-5m&refresh=5s`);
    await page.locator('[data-panel][data-state=Loading]').first().waitFor();
    await page.clock.runFor(11_000);
    expect(await page.locator('[data-panel][data-state=Loading]').count()).toBeGreaterThan(0);
    const late = held;
    held = undefined;
    await Promise.all(late.map((route) => route.continue()));
    await drawn(page);
    await page.close();
    expect(stage.complaints).toEqual([]);
  });

  it.each([1280, 2560])('shows everything without scrolling sideways at %i pixels', async (width) => {
    const page = await stage.open('/d/pmcp-overview?from=now-5m', { viewport: { width, height: 900 } });
    await drawn(page);
    const overflow = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
    expect(overflow).toBeLessThanOrEqual(0);
    await page.close();
  });

  it('shows every page, list and menu on a phone without scrolling sideways', async () => {
    const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
    const page = await stage.open('/d/pmcp-watchers?from=now-5m', phone);
    const isInSight = (found: Locator) =>
      until(async () => {
        const box = await found.first().boundingBox();
        return box !== null && box.x >= 0 && box.x + box.width <= 390;
      });
    const links = page.getByLabel('Pages').getByRole('link');
    for (const name of await links.allTextContents()) {
      await links.filter({ hasText: name }).tap();
      await page.locator('[aria-current=page]', { hasText: name }).waitFor();
      await isInSight(page.locator('[aria-current=page]'));
      await page.locator('[data-panel], [data-page]').first().waitFor();
      expect(await page.evaluate('document.documentElement.scrollWidth'), name).toBe(390);
    }
    await links.filter({ hasText: 'Tools and prompts' }).tap();
    for (const name of ['Tool', 'Instance', 'Job']) {
      const button = page.locator('button[aria-haspopup=listbox]', { hasText: new RegExp(`^${name}`) });
      // On a busy machine, a tap may be lost while the page is drawing its variables; a user taps again.
      await until(async () => {
        if ((await button.getAttribute('aria-expanded')) !== 'true') await button.tap();
        return page.getByRole('listbox').isVisible();
      });
      await isInSight(page.getByRole('listbox'));
      await isInSight(page.getByRole('option', { name: 'All' }));
      await page.keyboard.press('Escape');
    }
    await page.getByTestId('data-testid TimePicker Open Button').tap();
    await isInSight(page.getByText('Last 30 minutes'));
    await page.keyboard.press('Escape');
    await page.getByTestId('data-testid RefreshPicker interval button').tap();
    await isInSight(page.getByRole('menuitemradio', { name: 'Off', exact: true }));
    await page.close();
    expect(stage.complaints).toEqual([]);
  });

  it('is light or dark, as the system or the user chose', async () => {
    const page = await stage.open('/d/pmcp-overview?from=now-5m', { colorScheme: 'light' });
    const scheme = () => page.evaluate('document.documentElement.style.colorScheme');
    await page.locator('[data-panel]').first().waitFor();
    expect(await scheme()).toBe('light');
    await page.getByRole('button', { name: 'Dark theme' }).click();
    expect(await scheme()).toBe('dark');
    await page.reload();
    await page.locator('[data-panel]').first().waitFor();
    expect(await scheme()).toBe('dark');
    await page.close();
  });

  it('shows the runbook of a rule that does not fire', async () => {
    const page = await stage.open('/alerts');
    await page.getByRole('button', { name: /quiet rules/ }).click();
    await page.getByRole('button', { name: /BackupFailed/ }).click();
    await page.getByLabel('Runbook').getByRole('heading', { name: 'What it means' }).waitFor();
    await page.close();
    expect(stage.complaints).toEqual([]);
  });
});

describe('the first visit', () => {
  it('shows the page within two seconds of CPU time, whatever other programs do', async () => {
    const seconds: number[] = [];
    for (let visit = 0; visit < 3; visit++) {
      const page = await stage.open('about:blank');
      const session = await page.context().newCDPSession(page);
      // Measures only the thread that loads, parses, runs and draws the page: elapsed time depends on the
      // machine.
      await session.send('Performance.enable', { timeDomain: 'threadTicks' });
      await page.goto(`${stage.url}/d/pmcp-overview?from=now-5m`);
      await drawn(page);
      const { metrics } = await session.send('Performance.getMetrics');
      seconds.push(metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN);
      await page.close();
    }
    expect(Math.min(...seconds)).toBeGreaterThan(0);
    expect(Math.min(...seconds)).toBeLessThan(2);
  });
});

describe('a Prometheus that is killed', () => {
  it('is reported as down in every panel, and its data comes back when it does', async () => {
    const page = await stage.open('/d/pmcp-overview?from=now-5m&refresh=5s');
    await drawn(page);
    const failed = page.locator('[data-panel][data-state=Error]');
    const start = await stage.losePrometheus();
    // The old data stays, and the heading of the panel says what is wrong.
    const kept = failed.filter({ has: page.locator('canvas') }).first();
    await kept.getByTestId('data-testid Panel status error').hover();
    await page
      .getByText(/can't be asked: connect ECONNREFUSED/)
      .first()
      .waitFor();
    const late = await stage.open('/d/pmcp-nodejs?from=now-5m&refresh=5s');
    await late.locator('[data-note=error]').first().waitFor();
    expect(await late.locator('[data-note=error]').first().textContent()).toMatch(
      /^http:\S+ can't be asked: connect ECONNREFUSED/,
    );
    await start();
    for (const one of [page, late]) {
      await one.locator('[data-panel][data-state=Error]').first().waitFor({ state: 'detached' });
      await drawn(one);
      expect(await notes(one, 'error')).toEqual([]);
    }
    expect(await late.locator('[data-panel] canvas').count()).toBeGreaterThan(0);
    await Promise.all([page.close(), late.close()]);
  });
});
