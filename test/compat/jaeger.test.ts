import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../scripts/free-port.js';
import type { Children } from '../../scripts/start/children.js';
import { requireTool } from '../../scripts/tools/index.js';
import { Stage, type TraceStore } from '../e2e/viewer/stage.js';
import { until } from '../support/until.js';

const READY_MS = 60_000;
/** A request appears some seconds after it has ended. */
const EXPORTED_MS = 60_000;

const stage = new Stage({ openTraces: openJaeger });

beforeAll(() => stage.start());
afterAll(() => stage.stop());

async function openJaeger(children: Children): Promise<TraceStore> {
  const { path } = await requireTool('jaeger');
  const free = async () => `127.0.0.1:${await freePort()}`;
  const [query, collector] = [await free(), await free()];
  const places = {
    'query.http-server': query,
    'collector.otlp.grpc': collector,
    'collector.otlp.http': await free(),
    'collector.grpc-server': await free(),
    'collector.http-server': await free(),
    'query.grpc-server': await free(),
    'admin.http': await free(),
  };
  const args = Object.entries(places).map(([name, place]) => `--${name}.host-port=${place}`);
  children.start('Jaeger', path, args, {
    env: { ...process.env, SPAN_STORAGE_TYPE: 'memory' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const url = `http://${query}`;
  const isReady = async () => (await fetch(`${url}/api/services`).catch(() => undefined))?.ok === true;
  await until(isReady, READY_MS);
  return { url, collector: `http://${collector}` };
}

describe('the viewer with Jaeger', () => {
  it.each(['recent', 'failed'])('lists requests: %s', async (kind) => {
    const page = await stage.open(`/requests?kind=${kind}`);
    await page.locator('[data-page=requests] li').first().waitFor({ timeout: EXPORTED_MS });
    const failed = page.locator('[data-page=requests] a[data-failed=true]');
    if (kind === 'failed') await failed.first().waitFor();
    await page.close();
    expect(stage.complaints).toEqual([]);
  });

  it('shows the work, the arguments and the error of one request', async () => {
    const page = await stage.open('/requests?kind=failed');
    const link = page.locator('a[data-failed=true]', { hasText: 'tools/call' }).first();
    await link.waitFor({ timeout: EXPORTED_MS });
    await link.click();
    const span = page.locator('[data-span]').first();
    await span.waitFor();
    expect(await span.textContent()).toContain('tools/call');
    const text = await page.locator('main').textContent();
    expect(text).toContain('pmcp.outcome');
    expect(text).toContain('tool_error');
    await page.close();
  });

  it('leads from a dot on a curve to its request', async () => {
    const page = await stage.open('/d/pmcp-tools?from=now-5m&refresh=5s');
    const dot = page.locator('[data-exemplar]').first();
    await dot.waitFor({ timeout: EXPORTED_MS });
    await dot.press('Enter');
    await page.waitForURL('**/requests/*');
    await page.locator('[data-span]').first().waitFor();
    await page.close();
  });

  it('says that a request is missing if Jaeger does not have it', async () => {
    const page = await stage.open('/requests/00000000000000000000000000000001');
    await page.getByText('is not there, or no longer').waitFor();
    await page.close();
  });
});
