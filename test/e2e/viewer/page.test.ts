import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allDashboards } from '../../../dashboards/dashboards.js';
import { Stage } from './stage.js';

const stage = new Stage();

beforeAll(() => stage.start());
afterAll(() => stage.stop());

/** Waits until everything in sight has asked and is drawn. */
async function drawn(page: Page): Promise<void> {
  await page.waitForSelector('[data-panel]');
  await page.locator('[data-note=loading]').first().waitFor({ state: 'detached' });
}

/** The words in the panels that are no drawings. */
async function notes(page: Page): Promise<string[]> {
  return page.locator('[data-note]').allTextContents();
}

describe('a dashboard in a browser', () => {
  it.each(allDashboards().map(({ uid }) => uid))(
    'draws %s, and every panel that it cannot draw says why',
    async (uid) => {
      const page = await stage.open(`/d/${uid}?from=now-5m`, { viewport: { width: 1440, height: 4000 } });
      await drawn(page);
      for (const note of await notes(page)) {
        expect(note).toMatch(
          /^(No data|This panel asks \w+, which the viewer was not given\.|The viewer can't draw .*)$/,
        );
      }
      await page.close();
      expect(stage.complaints).toEqual([]);
    },
  );

  it('puts the name of a tool, its figures and its course into one row', async () => {
    const page = await stage.open('/d/pmcp-tools?from=now-5m');
    const table = page.locator('[data-panel]', { hasText: 'Tools by calls' });
    const row = table.locator('[role=row]', { hasText: 'search_notes' });
    await row.waitFor();
    expect(await row.innerText()).toMatch(/req\/s/);
    expect(await row.locator('canvas').count()).toBe(1);
    expect(await table.locator('[role=row]', { hasText: 'pmcp' }).count()).toBe(0);
    await page.close();
    expect(stage.complaints).toEqual([]);
  });
});
