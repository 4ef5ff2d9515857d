import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { catalog, doctorCatalog, jobCatalog } from '@pmcp/observability/catalog';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ruleGroups } from '../../alerts/groups.js';
import { isAlert } from '../../alerts/rule.js';
import { DEFAULT_THRESHOLDS } from '../../alerts/thresholds.js';
import { COMMANDS } from '../../packages/observability/src/cli/commands.js';
import { CODES } from '../../packages/observability/src/codes/codes.js';
import { VARIABLES } from '../../packages/observability/src/variables.js';
import { ENTRIES, exportsOf } from '../../scripts/generate/reference/exports.js';
import { options } from '../../scripts/generate/reference/options.js';
import { requireTool } from '../../scripts/tools/index.js';
import { temporaryFolder } from '../fixtures/temporary-folder.js';

const folder = temporaryFolder('site');
const entries = Object.keys(ENTRIES) as (keyof typeof ENTRIES)[];

let browser: Browser;
/** The first page, for what is searched there. */
let searched: Page;
beforeAll(async () => {
  await promisify(execFile)(process.execPath, ['--import', 'tsx', 'scripts/docs/main.ts', folder]);
  const { path } = await requireTool('chromium');
  browser = await chromium.launch({ executablePath: path, args: ['--no-sandbox'] });
  searched = await browser.newPage();
  await searched.goto(pathToFileURL(join(folder, 'index.html')).href);
});
afterAll(async () => {
  await browser.close();
  await rm(folder, { recursive: true, force: true });
});

describe('the documentation site', () => {
  it('links only to pages and headings that exist', () => {
    const pages = pagesOf();
    expect(pages.length).toBeGreaterThan(80);
    const broken = pages.flatMap(([file, text]) => {
      const links = [...text.matchAll(/<a href="([^":]+)"/g)].map(([, link = '']) => link);
      return links.filter((link) => !leads(file, text, link)).map((link) => `${file}: ${link}`);
    });
    expect(broken).toEqual([]);
  });

  it('has every picture that its pages show', () => {
    const shown = pagesOf().flatMap(([file, text]) =>
      [...text.matchAll(/ src(?:set)?="([^":]+\.(?:png|svg))"/g)].map(([, path = '']) =>
        join(dirname(file), path),
      ),
    );
    expect(shown.length).toBeGreaterThan(5);
    expect(shown.filter((path) => !existsSync(join(folder, path)))).toEqual([]);
  });

  it.each([
    [
      'METRICS.html',
      [...Object.values(catalog), ...Object.values(jobCatalog), ...Object.values(doctorCatalog)].map(
        ({ name }) => name,
      ),
    ],
    ['docs/errors.html', Object.keys(CODES)],
    ['docs/reference/alerts.html', ruleGroups().flatMap(alertNames)],
    ['docs/reference/alerts.html', Object.keys(DEFAULT_THRESHOLDS)],
    ['docs/reference/options.html', options().map(({ path }) => path)],
    ['docs/reference/variables.html', VARIABLES.map((name) => `PMCP_${name}`)],
    ['docs/reference/cli.html', COMMANDS.map(({ name }) => name)],
    ['docs/reference/api.html', entries.flatMap((entry) => exportsOf(entry).map(({ name }) => name))],
  ])('has an address in %s for each item', (file, names) => {
    const text = readFileSync(join(folder, file), 'utf8');
    const addresses = names.map((name) => name.toLowerCase().replaceAll('.', '').replaceAll(' ', '-'));
    expect(names.length).toBeGreaterThan(5);
    expect(addresses.filter((address) => !text.includes(` id="${address}"`))).toEqual([]);
  });

  it.each(['light', 'dark'] as const)('fits on a phone, however long a name is: %s', async (colorScheme) => {
    const page = await browser.newPage({ viewport: { width: 390, height: 844 }, colorScheme });
    const names = [
      'index',
      'METRICS',
      ...['alerts', 'api', 'variables'].map((name) => `docs/reference/${name}`),
    ];
    for (const name of names) {
      await page.goto(pathToFileURL(join(folder, `${name}.html`)).href);
      const over = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
      expect({ name, over }).toEqual({ name, over: 0 });
    }
  });

  it('can be searched from a local folder, without a server', async () => {
    const page = await browser.newPage();
    await page.goto(pathToFileURL(join(folder, 'index.html')).href);
    await page.fill('input', 'PMCP_W_PORT_IN_USE');
    await page.click('#found a:text("Errors and warnings: PMCP_W_PORT_IN_USE")');
    expect(await page.textContent('h2:target')).toBe('PMCP_W_PORT_IN_USE#');
    await page.fill('input', 'memory neverwritten');
    expect(await page.locator('#found a').count()).toBeGreaterThan(5);
    await page.fill('input', 'neverwritten');
    expect(await page.textContent('#found')).toBe('Nothing found');
  });

  it.each([
    ['why is this counted as cancelled', 'docs/troubleshooting.html#why-does-a-request-count-as-cancelled'],
    ['no metrics', 'docs/troubleshooting.html#there-are-no-metrics'],
    ['several processes', 'docs/servers.html#several-processes-or-threads'],
    ['next.js', 'examples/nextjs/README.html'],
    ['rust', 'examples/rust-behind-proxy/README.html'],
    ['kubernetes', 'docs/deploy.html#kubernetes'],
    ['token', 'docs/admin-port.html#require-a-token-a-password-or-a-certificate'],
    ['password', 'docs/admin-port.html#require-a-token-a-password-or-a-certificate'],
    ['alert fires and nothing is wrong', 'docs/troubleshooting.html#an-alert-fires-and-nothing-is-wrong'],
    ['histogram', 'docs/metrics.html#native-histograms'],
    ['memory', 'docs/troubleshooting.html#memory-grows'],
    ['how much memory does it need', 'docs/operate.html#sizing-memory-cpu-and-connections'],
    ['stdio', 'docs/servers.html#a-stdio-server'],
    ['the server is slow', 'docs/troubleshooting.html#the-server-is-slow-or-times-out'],
    ['upgrade to a new version', 'docs/upgrade.html'],
    ['PMCP_METRICS_PORT', 'docs/reference/variables.html#pmcp_metrics_port'],
  ])('answers "%s" within the first three results', async (question, answer) => {
    await searched.fill('input', question);
    const found = await searched.$$eval('#found a', (links) =>
      links.map((link) => link.getAttribute('href')),
    );
    expect(found.slice(0, 3)).toContain(`./${answer}`);
  });

  it('links to every guide in the sidebar, and marks the current page', async () => {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    await page.goto(pathToFileURL(join(folder, 'index.html')).href);
    await page.click('aside a:text("Operate a server")');
    expect(await page.textContent('aside [aria-current]')).toBe('Operate a server');
    await page.click('aside a:text("System settings")');
    expect(await page.textContent('h2:target')).toBe('System settings#');
  });

  it('keeps the sidebar closed on a phone until the user opens it', async () => {
    const page = await browser.newPage({ viewport: { width: 390, height: 844 } });
    await page.goto(pathToFileURL(join(folder, 'index.html')).href);
    expect(await page.isVisible('aside a:text("Operate a server")')).toBe(false);
    await page.click('aside summary');
    await page.click('aside a:text("Operate a server")');
    expect(await page.textContent('h1')).toBe('Operate a server');
  });
});

/** Each page: its file and its text. */
function pagesOf(): [string, string][] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return files
    .filter((file) => file.endsWith('.html'))
    .map((file) => [file, readFileSync(join(folder, file), 'utf8')]);
}

function alertNames({ rules }: ReturnType<typeof ruleGroups>[number]): string[] {
  return rules.filter(isAlert).map(({ alert }) => alert);
}

function leads(from: string, text: string, link: string): boolean {
  const [file = '', heading] = link.split('#');
  const target = file === '' ? join(folder, from) : join(folder, dirname(from), file);
  if (!existsSync(target)) return false;
  const content = file === '' ? text : readFileSync(target, 'utf8');
  return heading === undefined || content.includes(` id="${heading}"`);
}
