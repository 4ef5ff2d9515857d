/// <reference lib="dom" />
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { untilHolds } from '../../support/until-holds.js';
import { drawn } from './drawn.js';
import { stepTo } from './keyboard.js';
import { boxOf } from './pointer.js';
import { Stage } from './stage.js';

const stage = new Stage();
let page: Page;

beforeAll(() => stage.start());
afterAll(() => stage.stop());
afterEach(async () => {
  await page.close();
  expect(stage.complaints).toEqual([]);
});

/** Waits for the next request to Prometheus that contains a text. */
function asks(text: string) {
  return page.waitForRequest((request) => asked(request.url(), request.postData()).includes(text));
}

function asked(url: string, body: string | null): string {
  const parameters = new URLSearchParams(body ?? new URL(url).search);
  return [...parameters.values()].join(' ');
}

function endOf(body: string | null): number {
  return Number(new URLSearchParams(body ?? '').get('end'));
}

function panel(title: string) {
  return page.locator('[data-panel]', { has: page.getByRole('heading', { name: title, exact: true }) });
}

async function curve(title: string) {
  const plot = panel(title).locator('.u-over');
  await plot.waitFor();
  return plot;
}

describe('the address', () => {
  it('leads from the root to the overview and keeps its parameters, and back in one step', async () => {
    page = await stage.open('/alerts');
    await page.getByLabel('Alerts').waitFor();
    await page.goto(`${stage.url}/?theme=light&from=now-7m&var-job=pmcp`);
    await page.waitForURL('**/d/pmcp-overview?*');
    const { searchParams } = new URL(page.url());
    expect(Object.fromEntries(searchParams)).toEqual({ theme: 'light', from: 'now-7m', 'var-job': 'pmcp' });
    await page.goBack();
    await page.waitForURL('**/alerts');
  });
});

describe('the variables of a dashboard', () => {
  it('allow several tools, and all again', async () => {
    page = await stage.open('/d/pmcp-tools?from=now-5m');
    const tools = page.locator('button[aria-haspopup=listbox]', { hasText: /^Tool/ });
    await tools.click();
    const both = asks('name=~"(create_note|search_notes)"');
    await page.getByRole('option', { name: 'create_note' }).click();
    await page.getByRole('option', { name: 'search_notes' }).click();
    await both;
    expect(new URL(page.url()).searchParams.getAll('var-tool')).toEqual(['create_note', 'search_notes']);
    const all = asks('name=~".+"');
    await page.getByRole('option', { name: 'All' }).click();
    await page.waitForURL(/var-tool=%24__all/);
    await all;
  });

  it('drop earlier choices that no longer exist', async () => {
    page = await stage.open('/d/pmcp-tools?from=now-5m');
    const jobs = page.locator('button[aria-haspopup=listbox]', { hasText: /^Job/ });
    await jobs.click();
    const narrowed = page.waitForRequest(
      (request) =>
        request.url().includes('/label/name/values') &&
        asked(request.url(), request.postData()).includes('job=~"pmcp"'),
    );
    await page.getByRole('option', { name: 'pmcp', exact: true }).click();
    await narrowed;
  });

  it('fall back to all when the address names an unknown value', async () => {
    const wanted = '/d/pmcp-tools?from=now-5m&var-tool=no_such_tool';
    page = await stage.open(wanted);
    await panel('Outcomes').locator('canvas').waitFor();
    const tools = page.locator('button[aria-haspopup=listbox]', { hasText: /^Tool/ });
    expect(await tools.textContent()).toContain('All');
  });

  it('follow a click on a row of a table', async () => {
    page = await stage.open('/d/pmcp-tools?from=now-5m');
    await panel('Tools by calls').getByRole('link', { name: 'list_notes' }).click();
    await page.waitForURL(/var-tool=list_notes/);
    await page.getByRole('heading', { name: 'Chosen tools: list_notes' }).waitFor();
  });
});

describe('the time range', () => {
  it('can be chosen with the keyboard alone', async () => {
    page = await stage.open('/d/pmcp-overview?from=now-5m');
    const picker = page.getByTestId('data-testid TimePicker Open Button');
    await stepTo(page, picker);
    await page.keyboard.press('Enter');
    await stepTo(page, page.locator('[data-role=item][tabindex="0"]').first());
    await stepTo(page, page.getByLabel('Last 30 minutes'), 'ArrowDown');
    await page.keyboard.press('Space');
    await page.waitForURL(/from=now-30m/);
  });

  it('moves on at the chosen refresh interval, and stays when refresh is off', async () => {
    page = await stage.open('/alerts');
    await page.getByLabel('Alerts').waitFor();
    await page.clock.install();
    await page.goto(`${stage.url}/d/pmcp-nodejs?from=now-5m&refresh=5s`);
    await drawn(page);
    const ends = new Set<number>();
    page.on('request', (one) => {
      if (one.url().endsWith('/query_range')) ends.add(endOf(one.postData()));
    });
    const moved = page.waitForRequest('**/query_range');
    await page.clock.runFor(6_000);
    const first = endOf((await moved).postData());
    await drawn(page);
    const again = page.waitForRequest(
      (one) => one.url().endsWith('/query_range') && endOf(one.postData()) > first,
    );
    await page.clock.runFor(6_000);
    await again;
    await drawn(page);
    await page.getByTestId('data-testid RefreshPicker interval button').click();
    await page.getByRole('menuitemradio', { name: 'Off', exact: true }).click();
    await page.waitForURL(/refresh=off/);
    await drawn(page);
    ends.clear();
    await page.clock.runFor(600_000);
    await drawn(page);
    expect([...ends]).toEqual([]);
  });

  it('has one cursor that all curves share', async () => {
    page = await stage.open('/d/pmcp-nodejs?from=now-5m');
    const plots = page.locator('[data-kind=timeseries] .u-over');
    await plots.nth(1).waitFor();
    const at = (index: number) =>
      plots
        .nth(index)
        .locator('.u-cursor-x')
        .evaluate((line) => new DOMMatrix(getComputedStyle(line).transform).e);
    // A curve that is drawn anew while the pointer comes has no cursor yet.
    await untilHolds(async () => {
      await page.mouse.move(0, 0);
      await plots.nth(0).hover({ position: { x: 100, y: 20 } });
      expect(await at(0)).toBeGreaterThan(90);
      expect(await at(1)).toBeGreaterThan(0);
    });
  });
});

describe('a section', () => {
  it('folds and unfolds with its heading', async () => {
    page = await stage.open('/d/pmcp-tools?from=now-5m');
    const heading = page.locator('button[aria-expanded]', { hasText: 'Chosen tools' });
    await panel('Outcomes').waitFor();
    await stepTo(page, heading);
    await page.keyboard.press('Enter');
    await panel('Outcomes').waitFor({ state: 'detached' });
    expect(await heading.textContent()).toMatch(/\d panels$/);
    await page.keyboard.press('Enter');
    await panel('Outcomes').waitFor();
  });
});

describe('a custom dashboard', () => {
  it('repeats a row and a panel for each chosen value, and opens folded rows', async () => {
    page = await stage.open('/alerts');
    await page.getByLabel('Alerts').waitFor();
    await page.route('**/dashboards/pmcp-tools.json', async (route) => {
      const own = (await (await route.fetch()).json()) as { panels: Record<string, unknown>[] };
      await route.fulfill({ json: { ...own, panels: repeated(own.panels) } });
    });
    await page.goto(`${stage.url}/d/pmcp-tools?from=now-5m&var-tool=create_note&var-tool=search_notes`);
    const folded = page.locator('button[aria-expanded=false]:has(h2)');
    await page.getByRole('heading', { name: 'Only search_notes' }).waitFor();
    expect(await folded.allTextContents()).toEqual(['Only create_note1 panels', 'Only search_notes1 panels']);
    const asked = asks('name=~"search_notes"');
    await folded.nth(1).click();
    await asked;
    await panel('Outcomes of search_notes').locator('canvas').waitFor();
    for (const tool of ['create_note', 'search_notes']) await panel(`Types of ${tool}`).waitFor();
    await drawn(page);
    const both = asks('name=~"create_note"');
    await folded.first().click();
    await both;
    await panel('Outcomes of create_note').locator('canvas').waitFor();
  });
});

/** A panel for each tool side by side, and below them a folded row for each tool. */
function repeated(panels: readonly Record<string, unknown>[]): object[] {
  const found = (title: string) => panels.find((one) => one.title === title);
  const [outcomes, types] = [found('Outcomes'), found('Errors by type')];
  const gridPos = { x: 0, y: 0, w: 24, h: 6 };
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the viewer fills it in
  const of = 'of ${tool}';
  return [
    { ...types, gridPos, title: `Types ${of}`, repeat: 'tool', repeatDirection: 'h' },
    {
      id: 900,
      type: 'row',
      title: 'Only $tool',
      repeat: 'tool',
      collapsed: true,
      gridPos: { ...gridPos, y: 6, h: 1 },
      panels: [{ ...outcomes, gridPos: { ...gridPos, y: 7 }, title: `Outcomes ${of}` }],
    },
  ];
}

describe('a panel', () => {
  it('marks the start of a new version in every curve', async () => {
    page = await stage.open('/d/pmcp-tools?from=now-5m');
    const plot = await curve('Outcomes');
    const flag = plot.locator('[data-mark][title^="Version "]').first();
    await flag.waitFor();
    expect(await flag.getAttribute('aria-label')).toMatch(/^Version \S+, \d{4}-\d\d-\d\d \d\d:\d\d:\d\d/);
    const [mark, box] = [await boxOf(flag), await boxOf(plot)];
    expect(mark.x).toBeGreaterThan(box.x - 6);
    expect(mark.x).toBeLessThan(box.x + box.width);
    await drawn(page);
    const plots = page.locator('[data-kind=timeseries] .u-over');
    const marked = plots.and(page.locator(':has([data-mark][title^="Version "])'));
    await untilHolds(async () => expect(await marked.count()).toBe(await plots.count()));
  });

  it('shows its description', async () => {
    page = await stage.open('/d/pmcp-tools?from=now-5m');
    await curve('Outcomes');
    const about = panel('Outcomes').getByTestId('title-items-container').locator('[tabindex="0"]').first();
    await stepTo(page, about);
    await page.getByText('How the calls of the chosen tools ended.').first().waitFor();
  });

  it('shows the values at the time under the pointer', async () => {
    page = await stage.open('/d/pmcp-tools?from=now-5m');
    const plot = await curve('Outcomes');
    const { width } = await boxOf(plot);
    await plot.hover({ position: { x: width - 5, y: 20 } });
    await page
      .getByText(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/)
      .first()
      .waitFor();
    await page.getByText('req/s').first().waitFor();
  });
});
