import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allDashboards } from '../../dashboards/dashboards.js';
import { freePort } from '../../scripts/free-port.js';
import type { Children } from '../../scripts/start/children.js';
import { requireTool } from '../../scripts/tools/index.js';
import { Stage, type Store } from '../e2e/viewer/stage.js';
import { until } from '../support/until.js';

const READY_MS = 60_000;
/** What Prometheus wrote is there some seconds later. */
const WRITTEN_MS = 60_000;

const stage = new Stage({ openStore: openVictoriaMetrics });

beforeAll(async () => {
  await stage.start();
  await until(hasRecords, WRITTEN_MS);
});
afterAll(() => stage.stop());

async function openVictoriaMetrics(children: Children, folder: string): Promise<Store> {
  const { path } = await requireTool('victoria-metrics');
  const address = `127.0.0.1:${await freePort()}`;
  const url = `http://${address}`;
  const args = [
    `-storageDataPath=${join(folder, 'victoria-metrics')}`,
    `-httpListenAddr=${address}`,
    // It keeps the last half minute to itself unless it is told otherwise.
    '-search.latencyOffset=1s',
  ];
  children.start('VictoriaMetrics', path, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const isReady = async () => (await fetch(`${url}/health`).catch(() => undefined))?.ok === true;
  await until(isReady, READY_MS);
  return { url, writeUrl: `${url}/api/v1/write` };
}

async function hasRecords(): Promise<boolean> {
  await delay(500);
  const query = encodeURIComponent('count(instance:pmcp_requests:rate5m) > 0');
  const response = await fetch(`${stage.url}/prometheus/Prometheus/query?query=${query}`);
  const { data } = (await response.json()) as { data: { result: unknown[] } };
  return data.result.length > 0;
}

describe('the viewer with VictoriaMetrics', () => {
  it.each(allDashboards().map(({ uid }) => uid))('draws %s without an error', async (uid) => {
    const page = await stage.open(`/d/${uid}?from=now-5m`, { viewport: { width: 1440, height: 4000 } });
    await page.waitForSelector('[data-panel]');
    await page.locator('[data-note=loading]').first().waitFor({ state: 'detached' });
    expect(await page.locator('[data-note=error]').allTextContents()).toEqual([]);
    await page.close();
    expect(stage.complaints).toEqual([]);
  });

  it('has curves, and the tools to choose from', async () => {
    const page = await stage.open('/d/pmcp-tools?from=now-5m');
    await page.locator('[data-kind=timeseries] canvas').first().waitFor();
    await page.locator('button[aria-haspopup=listbox]', { hasText: /^Tool/ }).click();
    await page.getByRole('option', { name: 'search_notes' }).waitFor();
    await page.close();
  });

  it('says that it has no alerting rules, which are vmalert’s', async () => {
    const page = await stage.open('/alerts');
    await page.getByText('no alerting rules').waitFor();
    await page.close();
  });
});
