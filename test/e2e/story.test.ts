import { serveViewer, shipped, type Viewer } from '@pmcp/viewer';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allDashboards } from '../../dashboards/dashboards.js';
import { requireTool } from '../../scripts/tools/index.js';
import { filled, opened } from '../dashboards/fill.js';
import { type Dashboard, queriesOf } from '../dashboards/model.js';
import { CHAPTERS, RARELY } from '../support/story/chapters.js';
import { Recorder } from '../support/story/recorder.js';
import { requests } from '../support/story/requests.js';
import { StoryPrometheus } from '../support/story/serve.js';
import { SERVERS } from '../support/story/servers.js';
import { faultsOf } from './viewer/faults.js';
import { FLAGS } from './viewer/stage.js';

const dashboards = allDashboards() as unknown as Dashboard[];
const HOUR = 3600;
const story = new StoryPrometheus();
let viewer: Viewer;
let browser: Browser;

beforeAll(async () => {
  await story.start();
  const prometheus = { Prometheus: { url: new URL(story.url), scrapeIntervalMs: RARELY * 1000 } };
  viewer = await serveViewer({ ...shipped(), prometheus });
  const { path } = await requireTool('chromium');
  browser = await chromium.launch({ executablePath: path, args: FLAGS });
}, 600_000);

afterAll(async () => {
  await browser?.close();
  await viewer?.close();
  await story.stop();
});

/** A dashboard of an hour of the story, with all its panels in sight, drawn. */
async function opened1440(uid: string, height: number, chapter: keyof typeof CHAPTERS = 'incident') {
  const page = await browser.newPage({ viewport: { width: 1440, height } });
  const to = CHAPTERS[chapter] * 1000;
  await page.goto(`${viewer.url}/d/${uid}?from=${to - HOUR * 1000}&to=${to}`);
  await page.waitForSelector('[data-panel]');
  await page.locator('[data-note=loading]').first().waitFor({ state: 'detached' });
  return page;
}

interface Answer {
  readonly status: string;
  readonly error?: string;
  readonly data?: { readonly result: readonly { value?: [number, string] }[] };
}

async function ask(path: string, parameters: Record<string, string | number>): Promise<Answer> {
  const body = new URLSearchParams(
    Object.entries(parameters).map(([name, value]): [string, string] => [name, String(value)]),
  );
  const response = await fetch(`${story.url}/api/v1/${path}`, { method: 'POST', body });
  return (await response.json()) as Answer;
}

async function valueAt(time: number, query: string): Promise<number | undefined> {
  const { data } = await ask('query', { query, time });
  const value = data?.result[0]?.value?.[1];
  return value === undefined ? undefined : Number(value);
}

describe.each(dashboards)('the story in $title', (dashboard) => {
  it('has something for every query', async () => {
    const end = CHAPTERS.incident;
    const values = { ...opened(dashboard), __rate_interval: '4m' };
    const empty = queriesOf(dashboard, 'prometheus').map(async ({ panel, text }) => {
      const query = filled(text, values);
      const { data, error } = await ask('query_range', { query, start: end - HOUR, end, step: 60 });
      return data?.result.length ? [] : [`${panel.title}: ${error ?? 'no data'} in ${query}`];
    });
    expect((await Promise.all(empty)).flat()).toEqual([]);
  });
});

describe('in a window of 1440 pixels', () => {
  it.each(dashboards.map(({ uid }) => uid))(
    'nothing of %s is cut, scrolls inside, or lacks room',
    async (uid) => {
      const page = await opened1440(uid, 4000);
      expect(await faultsOf(page)).toEqual([]);
      await page.close();
    },
  );

  it('small figures of calm times are not cut either', async () => {
    const page = await opened1440('pmcp-tools', 4000, 'calm');
    expect(await faultsOf(page)).toEqual([]);
    await page.close();
  });

  it('the overview fits a screen of 1080 pixels', async () => {
    const page = await opened1440('pmcp-overview', 1080);
    const lowest = await page.evaluate(() =>
      Math.max(
        ...[...document.querySelectorAll('[data-panel]')].map(
          (panel) => panel.getBoundingClientRect().bottom,
        ),
      ),
    );
    expect(lowest).toBeLessThanOrEqual(1080);
    await page.close();
  });

  it('finds out what is cut, scrolls inside, or lacks room', async () => {
    const page = await opened1440('pmcp-overview', 1080);
    await page.addStyleTag({ content: '[data-panel] h2 { width: 40px } .uplot { height: 90px }' });
    const faults = (await faultsOf(page)).join();
    expect(faults).toContain('Firing alerts is cut');
    expect(faults).toContain('Response time: the curve has 90 of');
    await page.close();
  });
});

describe('the story', () => {
  it('is told of fifty servers', async () => {
    expect(await valueAt(CHAPTERS.incident, 'count(pmcp_ready)')).toBe(50);
  });

  it('is calm at first, breaks, and heals', async () => {
    const failing = 'sum(slo:pmcp_error_ratio:rate5m{job="notes", slo="ToolSuccess"})';
    const values = await Promise.all(Object.values(CHAPTERS).map((time) => valueAt(time, failing)));
    const [calm = 1, , incident = 0, recovery = 1] = values;
    expect([calm < 0.03, incident > 0.1, recovery < 0.03]).toEqual([true, true, true]);
    const alerts = 'count(ALERTS)';
    expect(await valueAt(CHAPTERS.calm, alerts)).toBeUndefined();
    expect(await valueAt(CHAPTERS.incident, alerts)).toBeGreaterThan(2);
    expect(await valueAt(CHAPTERS.recovery, alerts)).toBeUndefined();
  });

  it('brings a version to some replicas before the others', async () => {
    expect(await valueAt(CHAPTERS.deploy - 240, 'count(count by (version) (pmcp_build_info))')).toBe(2);
  });

  it('ends with a server that was scraped twice', async () => {
    const query = 'sum(count_over_time(pmcp_ready{job="newcomer"}[1h]))';
    expect(await valueAt(CHAPTERS.recovery, query)).toBe(2);
  });

  it('shows of a server that was scraped twice what is true, or nothing', async () => {
    const { load } = SERVERS.find(({ labels: { job } }) => job === 'newcomer')!;
    const [overview] = dashboards;
    const chosen = { ...opened(overview!), job: 'newcomer', __rate_interval: '4m' };
    const tiles = queriesOf(overview!, 'prometheus').filter(({ panel: { type } }) => type === 'stat');
    const shown = await Promise.all(
      tiles.map(async ({ panel: { title }, text }) => [
        title,
        await valueAt(CHAPTERS.recovery, filled(text, chosen)),
      ]),
    );
    const { 'Request rate': rate = 0, ...others } = Object.fromEntries(shown) as Record<string, number>;
    expect(rate).toBeGreaterThan(load * 0.6);
    expect(rate).toBeLessThan(load * 1.2);
    expect(others).toMatchObject({ Replicas: 1, 'Not ready': 0, 'Firing alerts': 0 });
    expect([others['Error rate'], others['p95 latency']]).toEqual([undefined, undefined]);
  });

  it('is the same every time', () => {
    const told = () => {
      const pieces: string[] = [];
      requests(new Recorder((text) => pieces.push(text), { job: 'notes' }), SERVERS[0]!);
      return pieces.join('');
    };
    expect(told()).toBe(told());
    expect(told().length).toBeGreaterThan(100_000);
  });
});
