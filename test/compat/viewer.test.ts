import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allDashboards } from '../../dashboards/dashboards.js';
import { Stage } from '../e2e/viewer/stage.js';
import { until } from '../support/until.js';
import { openCortex, openThanos, openVictoriaMetrics } from './stores.js';

/** Data of Prometheus appears some seconds later. */
const WRITTEN_MS = 90_000;
const STORES = { VictoriaMetrics: openVictoriaMetrics, Thanos: openThanos, Cortex: openCortex };

describe.each(Object.entries(STORES))('the viewer with %s', (_, openStore) => {
  const stage = new Stage({ openStore });
  beforeAll(async () => {
    await stage.start();
    await until(() => hasRecords(stage), WRITTEN_MS);
  });
  afterAll(() => stage.stop());

  it.each(allDashboards().map(({ uid }) => uid))('draws %s without an error', async (uid) => {
    const page = await stage.open(`/d/${uid}?from=now-5m`, { viewport: { width: 1440, height: 4000 } });
    await page.waitForSelector('[data-panel]');
    await page.locator('[data-note=loading]').first().waitFor({ state: 'detached' });
    expect(await page.locator('[data-note=error]').allTextContents()).toEqual([]);
    await page.close();
    expect(stage.complaints).toEqual([]);
  });

  it('has curves, and a list of tools', async () => {
    const page = await stage.open('/d/pmcp-tools?from=now-5m');
    await page.locator('[data-kind=timeseries] canvas').first().waitFor();
    await page.locator('button[aria-haspopup=listbox]', { hasText: /^Tool/ }).click();
    await page.getByRole('option', { name: 'search_notes' }).waitFor();
    await page.close();
  });

  it('says that it has no alerting rules, unlike the Prometheus that writes to it', async () => {
    const page = await stage.open('/alerts');
    await page.getByText('no alerting rules').waitFor();
    await page.close();
  });
});

async function hasRecords(stage: Stage): Promise<boolean> {
  await delay(500);
  const query = encodeURIComponent('count(instance:pmcp_requests:rate5m) > 0');
  const response = await fetch(`${stage.url}/prometheus/Prometheus/query?query=${query}`);
  const { data } = (await response.json()) as { data?: { result: unknown[] } };
  return (data?.result.length ?? 0) > 0;
}
