/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { serveViewer, shipped, type Viewer } from '@pmcp/viewer';
import {
  type Browser,
  type BrowserContext,
  chromium,
  type LaunchOptions,
  type Page,
  type Request,
} from 'playwright-core';
import { requireTool } from '../../scripts/tools/index.js';
import { FLAGS, PATIENCE_MS } from '../e2e/viewer/stage.js';
import { RARELY } from '../support/story/chapters.js';
import { rulesAt } from '../support/story/rules.js';
import { StoryPrometheus } from '../support/story/serve.js';
import { StoryTraces } from '../support/story/traces.js';
import { watchCanvases } from './canvas.js';

/** The flags that make letters and lines the same on every machine. The fonts come with the viewer. */
export const LOOKS_THE_SAME = [
  '--font-render-hinting=none',
  '--disable-lcd-text',
  '--disable-font-subpixel-positioning',
  '--force-color-profile=srgb',
  '--force-device-scale-factor=1',
  '--hide-scrollbars',
];

interface Answer {
  readonly error?: string;
  readonly data?: {
    readonly result: readonly {
      readonly metric: Record<string, string>;
      readonly value?: readonly [time: number, value: string];
      readonly values?: readonly (readonly [time: number, value: string])[];
    }[];
  };
}

export interface Window {
  readonly width: number;
  readonly height: number;
  readonly theme: 'dark' | 'light';
}

/** The story in a Prometheus, the viewer, and a browser. */
export class Stage {
  private viewer: Viewer | undefined;
  private browser: Browser | undefined;

  constructor(readonly story: Pick<StoryPrometheus, 'url' | 'start' | 'stop'> = new StoryPrometheus()) {}

  async start(): Promise<void> {
    await this.story.start();
    const prometheus = { Prometheus: { url: new URL(this.story.url), scrapeIntervalMs: RARELY * 1000 } };
    this.viewer = await serveViewer({ ...shipped(), prometheus, traces: new StoryTraces() });
    this.browser = await this.browse({ args: LOOKS_THE_SAME });
  }

  /** Starts another browser, which may draw differently. */
  async browse({ args = [], ...options }: LaunchOptions): Promise<Browser> {
    const executablePath = options.executablePath ?? (await requireTool('chromium')).path;
    return chromium.launch({ ...options, executablePath, args: [...FLAGS, ...args] });
  }

  async stop(): Promise<void> {
    await this.browser?.close();
    await this.viewer?.close();
    await this.story.stop();
  }

  /** Queries Prometheus directly, at a time. */
  async ask(query: string, time: number): Promise<readonly (readonly [Record<string, string>, number])[]> {
    const { data } = await this.answer('query', { query, time });
    return (data?.result ?? []).map(({ metric, value }) => [metric, Number(value?.[1])] as const);
  }

  async answer(path: string, parameters: Readonly<Record<string, string | number>>): Promise<Answer> {
    const named = Object.entries(parameters).map(([name, value]): [string, string] => [name, String(value)]);
    const body = new URLSearchParams(named);
    const response = await fetch(`${this.story.url}/api/v1/${path}`, { method: 'POST', body });
    return (await response.json()) as Answer;
  }

  /** Opens a new window in which the time, in seconds, always stays the same. */
  async open(window: Window, now: number, browser = this.browser): Promise<Seen> {
    if (!browser) throw new Error('Expected the stage to be started');
    const { width, height, theme } = window;
    const context = await browser.newContext({
      viewport: { width, height },
      colorScheme: theme,
      baseURL: this.viewer?.url ?? '',
      deviceScaleFactor: 1,
      locale: 'en-GB',
      timezoneId: 'UTC',
      reducedMotion: 'reduce',
    });
    context.setDefaultTimeout(PATIENCE_MS);
    // Functions that tsx compiled use this helper.
    await context.addInitScript('globalThis.__name ??= (value) => value');
    await context.addInitScript(watchCanvases);
    const page = await context.newPage();
    await page.clock.setFixedTime(now * 1000);
    await page.route('**/prometheus/*/rules?*', async (route) =>
      route.fulfill({ json: await rulesAt((query, time) => this.ask(query, time), now) }),
    );
    return new Seen(context, page);
  }
}

const STILL =
  '*, *::before, *::after { animation: none !important; transition: none !important; caret-color: transparent !important }';

/** A window, and its error messages. */
export class Seen {
  readonly complaints: string[] = [];
  private readonly asked = new Set<Request>();

  constructor(
    private readonly context: BrowserContext,
    readonly page: Page,
  ) {
    page.on('request', (request) => this.asked.add(request));
    page.on('requestfinished', (request) => this.asked.delete(request));
    page.on('requestfailed', (request) => this.asked.delete(request));
    page.on('pageerror', ({ message }) => this.complaints.push(message));
    page.on('console', (message) => {
      if (message.type() === 'error') this.complaints.push(`${message.text()} ${message.location().url}`);
    });
  }

  /** Loads a page, or navigates within the loaded one, and waits until everything is drawn. */
  async goTo(path: string): Promise<Page> {
    const { page } = this;
    if (page.url() === 'about:blank') {
      await page.goto(path);
      await page.addStyleTag({ content: STILL });
    } else {
      await page.evaluate((url) => {
        history.pushState(null, '', url);
        dispatchEvent(new PopStateEvent('popstate'));
      }, path);
    }
    await this.drawn();
    return page;
  }

  /** Changes the window, which draws everything again. */
  async become({ width, height, theme }: Window): Promise<void> {
    await this.page.setViewportSize({ width, height });
    await this.page.emulateMedia({ colorScheme: theme });
  }

  /** Waits until no request is open, nothing is loading, and two more frames have passed. */
  async drawn(): Promise<void> {
    await this.page.waitForSelector('[data-panel], [data-page]');
    const end = performance.now() + PATIENCE_MS;
    for (let quiet = 0; quiet < 2; ) {
      const waiting = [...(await this.page.evaluate(unsettled)), ...[...this.asked].map((one) => one.url())];
      quiet = waiting.length === 0 ? quiet + 1 : 0;
      if (performance.now() > end) throw new Error(`not drawn within ${PATIENCE_MS} ms: ${waiting.join()}`);
    }
  }

  close(): Promise<void> {
    return this.context.close();
  }
}

/** Runs in the page. Returns what is still to be drawn after two frames. */
async function unsettled(): Promise<string[]> {
  await document.fonts.ready;
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  const panels = [...document.querySelectorAll('[data-panel]')].filter((panel) =>
    panel.matches('[data-state=Loading], :has([data-note=loading], [data-note=waiting])'),
  );
  // Panels without a data source never finish loading.
  const asking = panels.filter((panel) => !panel.querySelector('[data-note=absent]'));
  return asking.map((panel) => panel.ariaLabel ?? '');
}
