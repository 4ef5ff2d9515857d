/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { serveViewer, shipped, summaryOf, type Trace, type Viewer } from '@pmcp/viewer';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { allDashboards } from '../../../dashboards/dashboards.js';
import { requireTool } from '../../../scripts/tools/index.js';
import { drawn } from './drawn.js';
import { pointAt } from './pointer.js';
import { FLAGS, PATIENCE_MS } from './stage.js';

const FAR = 'http://evil.example';
/** If any of it ran, it would leave a mark. If any of it were loaded, the page would send a request to another host. */
const HOSTILE = [
  `<img src="${FAR}/i" onerror="window.marked=1">`,
  `<svg onload="window.marked=1"><script>window.marked=1</script></svg>`,
  '"><iframe srcdoc="<script>parent.marked=1</script>"></iframe>',
  '[a](javascript:window.marked=1)',
  `[b](${FAR}/link) ![c](${FAR}/picture)`,
  'javascript:window.marked=1',
  `${FAR}/plain`,
  "');window.marked=1;('",
  '$' + '{__from}{{constructor.constructor("window.marked=1")()}}',
];
const ALL = HOSTILE.join(' ');
const LABELS = [
  ...['job', 'instance', 'name', 'method', 'outcome', 'client', 'check', 'version', 'type', 'reason', 'tool'],
  ...[
    'namespace',
    'pod',
    'alertname',
    'severity',
    'le',
    'signal',
    'transport',
    'status',
    'database',
    'device',
  ],
];

const metrics = HOSTILE.map((value) => Object.fromEntries(LABELS.map((label) => [label, value])));

/** The answers of a Prometheus that scraped hostile servers. */
function answer(path: string, form: URLSearchParams): unknown {
  if (path.endsWith('/query_range')) {
    const [start, end, step] = ['start', 'end', 'step'].map((name) => Number(form.get(name)));
    const values = Array.from({ length: Math.floor((end! - start!) / step!) }, (_, i) => [
      start! + i * step!,
      String(i + 1),
    ]);
    return { resultType: 'matrix', result: metrics.map((metric) => ({ metric, values })) };
  }
  if (path.endsWith('/query')) {
    const value = [Number(form.get('time') ?? 0), '1'];
    return { resultType: 'vector', result: metrics.map((metric) => ({ metric, value })) };
  }
  if (path.endsWith('/query_exemplars')) {
    const timestamp = Date.now() / 1000 - 60;
    const exemplars = HOSTILE.map((trace_id) => ({ labels: { trace_id }, value: '1', timestamp }));
    return metrics.map((seriesLabels) => ({ seriesLabels, exemplars }));
  }
  if (path.endsWith('/rules')) return { groups: [{ name: ALL, interval: 15, rules: metrics.map(rule) }] };
  if (path.endsWith('/values')) return HOSTILE;
  return metrics;
}

function rule(labels: Record<string, string>, index: number) {
  const words = { summary: ALL, description: ALL };
  const annotations = { ...words, runbook_url: `${index % 2 ? 'javascript:1/' : FAR}/PmcpNoneReady.md` };
  const name = HOSTILE[index];
  const alerts = [
    {
      labels: { ...labels, alertname: name },
      annotations,
      state: 'firing',
      activeAt: '2026-01-01T00:00:00Z',
      value: '1',
    },
  ];
  return {
    type: 'alerting',
    name,
    query: `up{job="${ALL}"} > 1`,
    duration: 0,
    labels,
    annotations,
    state: 'firing',
    health: 'ok',
    alerts,
  };
}

const attributes = {
  ...Object.fromEntries(HOSTILE.map((value) => [value, value])),
  'mcp.method.name': 'tools/call',
  'gen_ai.tool.name': ALL,
  'pmcp.outcome': HOSTILE[0],
};
const span = { parentSpanId: '', service: ALL, startMs: 1e12, durationMs: 1, failed: true, message: ALL };
const trace: Trace = {
  traceId: 'abc1',
  spans: HOSTILE.map((name, i) => ({ ...span, spanId: `${i}`, name, attributes })),
  logs: HOSTILE.map((message) => ({ atMs: 1e12, level: message, message, spanId: '0', attributes })),
};

let upstream: Server;
let viewer: Viewer;
let browser: Browser;
/** One context for all pages, so that the program is loaded and compiled once. */
let context: BrowserContext;
beforeAll(async () => {
  upstream = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://prometheus');
    const form = request.method === 'POST' ? new URLSearchParams(await text(request)) : searchParams;
    response.end(JSON.stringify({ status: 'success', data: answer(pathname, form) }));
  }).listen(0, '127.0.0.1');
  await once(upstream, 'listening');
  const url = new URL(`http://127.0.0.1:${(upstream.address() as AddressInfo).port}`);
  const traces = { list: async () => [summaryOf(trace)], trace: async () => trace };
  viewer = await serveViewer({ ...shipped(), prometheus: { P: { url } }, traces });
  const { path } = await requireTool('chromium');
  browser = await chromium.launch({ executablePath: path, args: FLAGS });
  context = await browser.newContext({ viewport: { width: 1440, height: 4000 } });
  context.setDefaultTimeout(PATIENCE_MS);
});
afterAll(async () => {
  await browser?.close();
  await viewer?.close();
  upstream?.closeAllConnections();
  upstream?.close();
});

/** Faults of any page. */
const faults: string[] = [];
beforeEach(() => {
  faults.length = 0;
});

async function open(path: string): Promise<Page> {
  const page = await context.newPage();
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(viewer.url) && !url.startsWith('data:')) faults.push(`asked ${url}`);
  });
  page.on('dialog', (dialog) => void dialog.dismiss().then(() => faults.push('opened a dialog')));
  page.on('console', (message) => {
    // A violation of the policy means that the page tried to do it.
    if (/Content Security Policy/i.test(message.text())) faults.push(message.text());
  });
  await page.goto(`${viewer.url}${path}`);
  return page;
}

/** Expects that the page contains nothing that only a hostile name can have added. */
async function check(page: Page): Promise<void> {
  const found = await page.evaluate(
    `[
      ...(window.marked ? ['ran a script'] : []),
      ...[...document.querySelectorAll('[onerror], [onload], iframe, script:not([src])')].map((e) => e.outerHTML),
      ...[...document.querySelectorAll('[href], [src], [action]')]
        .map((e) => new URL(e.href?.baseVal ?? e.href ?? e.src ?? e.action, location.href))
        .filter(({ protocol, hostname }) => protocol === 'javascript:' || hostname === 'evil.example')
        .map(String),
    ]`,
  );
  expect([...faults, ...(found as string[])]).toEqual([]);
}

it.each(allDashboards().map(({ uid }) => uid))(
  'shows names that are HTML, links or scripts as text in the dashboard %s',
  async (uid) => {
    const page = await open(`/d/${uid}?from=now-5m`);
    await drawn(page);
    for (const canvas of (await page.locator('.u-over').all()).slice(0, 3)) await pointAt(page, canvas);
    for (const choice of await page.locator('button[aria-haspopup=listbox]').all()) {
      await choice.click();
      await page.getByRole('listbox').waitFor();
      await page.keyboard.press('Escape');
    }
    await check(page);
    await page.close();
  },
);

it('shows them as text in every alert, its annotations and its runbook', async () => {
  const page = await open('/alerts');
  const alerts = page.getByLabel('Alerts').getByRole('button');
  await alerts.first().waitFor();
  for (let i = 0; i < HOSTILE.length; i++) {
    await alerts.nth(i).click();
    const runbook = page.getByLabel('Runbook');
    await runbook.getByRole('heading', { name: 'What it means' }).waitFor();
    expect(await runbook.textContent()).toContain('$NAMESPACE');
    expect(await page.locator('main').textContent()).toContain(HOSTILE[0]);
    await check(page);
  }
  await page.close();
});

it('shows them as text in the list of requests, in spans, attributes and log lines', async () => {
  const page = await open('/requests');
  await page.locator('a[href="/requests/abc1"]').click();
  const spans = page.locator('[data-span]');
  await spans.first().waitFor();
  for (const line of await spans.all()) await line.click();
  expect(await page.locator('[data-logs]').textContent()).toContain(HOSTILE[0]);
  await check(page);
  await page.getByRole('link', { name: /^pmcp_requests_total/ }).click();
  await page.waitForURL(/pmcp-tools/);
  await drawn(page);
  await check(page);
  await page.close();
});
