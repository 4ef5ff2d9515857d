import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ofGeneration } from '../../support/generation.js';
import { until } from '../../support/until.js';
import { Stage } from './stage.js';

const stage = new Stage({ histograms: 'native' });

beforeAll(() => ofGeneration('3', () => stage.start()));
afterAll(() => stage.stop());

/** Counts the pixels with the colour of a heatmap's cells, which axes and text do not have. */
function cells(panel: Locator): Promise<number> {
  return panel.locator('canvas').evaluate((canvas: HTMLCanvasElement) => {
    const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
    let count = 0;
    for (let i = 0; i < data.length; i += 4) if (data[i]! - data[i + 2]! > 60 && data[i + 3]! > 0) count++;
    return count;
  });
}

describe('the viewer of a Prometheus with native histograms', () => {
  it.each([
    ['pmcp-tools', 'Latency'],
    ['pmcp-logs-traces', 'Latency with exemplars'],
  ])('draws the heatmap of %s: %s', async (uid, title) => {
    const page = await stage.open(`/d/${uid}?from=now-1m`, { viewport: { width: 1440, height: 3000 } });
    const panel = page.locator('[data-kind=heatmap]', { hasText: title }).first();
    await panel.locator('canvas').first().waitFor();
    await until(async () => (await cells(panel)) > 100);
    expect(await panel.locator('[data-note]').allTextContents()).toEqual([]);
    await page.close();
    expect(stage.complaints).toEqual([]);
  });

  it('shows the quantiles of each tool', async () => {
    const page = await stage.open('/d/pmcp-tools?from=now-1m&refresh=5s');
    const table = page.locator('[data-panel]', { hasText: 'Tools by calls' });
    const row = table.locator('[role=row]', { hasText: 'search_notes' });
    await row.waitFor();
    await expect.poll(() => row.innerText()).toMatch(/req\/s[\s\S]*\d (µs|ms|s)\b/);
    await page.close();
    expect(stage.complaints).toEqual([]);
  });
});
