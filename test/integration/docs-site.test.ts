import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { catalog, doctorCatalog, jobCatalog } from '@pmcp/observability/catalog';
import { type Browser, chromium } from 'playwright-core';
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
beforeAll(async () => {
  await promisify(execFile)(process.execPath, ['--import', 'tsx', 'scripts/docs/main.ts', folder]);
  const { path } = await requireTool('chromium');
  browser = await chromium.launch({ executablePath: path, args: ['--no-sandbox'] });
});
afterAll(async () => {
  await browser.close();
  await rm(folder, { recursive: true, force: true });
});

describe('the documentation site', () => {
  it('links only to pages and headings that exist', async () => {
    const files = (await readdir(folder, { recursive: true })).filter((file) => file.endsWith('.html'));
    expect(files.length).toBeGreaterThan(80);
    const broken = files.flatMap((file) => {
      const text = readFileSync(join(folder, file), 'utf8');
      const links = [...text.matchAll(/<a href="([^":]+)"/g)].map(([, link = '']) => link);
      return links.filter((link) => !leads(file, text, link)).map((link) => `${file}: ${link}`);
    });
    expect(broken).toEqual([]);
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
