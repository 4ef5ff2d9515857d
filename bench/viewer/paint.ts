import type { Browser } from 'playwright-core';
import { drawn } from '../../test/e2e/viewer/drawn.js';

interface Painted {
  readonly title: string;
  /** Milliseconds from the start of the navigation until every visible panel was drawn. */
  readonly ms: number;
  /** Processor time until then of the thread that parses, runs and draws the page, in seconds of a core. */
  readonly work: number;
  readonly queries: number;
  /** The time of the slowest query. */
  readonly slowestMs: number;
  readonly slowest: string;
}

const VIEWPORT = { width: 1920, height: 1080 };

/** Opens a page as for the first time, and waits until everything visible is drawn. */
export async function paint(browser: Browser, url: string): Promise<Painted> {
  const page = await browser.newPage({ viewport: VIEWPORT });
  const asked: { text: string; ms: number }[] = [];
  page.on('requestfinished', (request) => {
    if (!request.url().includes('/prometheus/')) return;
    const { responseEnd } = request.timing();
    asked.push({ text: question(request.url(), request.postData()), ms: responseEnd });
  });
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  await page.goto(url);
  const ms = await drawn(page);
  const { metrics } = await session.send('Performance.getMetrics');
  const work = metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN;
  const slowest = asked.reduce((most, one) => (one.ms > most.ms ? one : most), { text: '', ms: 0 });
  const title = await page.title();
  await page.close();
  return { title, ms, work, queries: asked.length, slowestMs: slowest.ms, slowest: slowest.text };
}

function question(url: string, body: string | null): string {
  return new URLSearchParams(body ?? new URL(url).search).get('query') ?? new URL(url).pathname;
}
