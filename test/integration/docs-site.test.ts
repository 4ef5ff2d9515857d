import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requireTool } from '../../scripts/tools/index.js';
import { temporaryFolder } from '../fixtures/temporary-folder.js';

const folder = temporaryFolder('site');

beforeAll(async () => {
  await promisify(execFile)(process.execPath, ['--import', 'tsx', 'scripts/docs/main.ts', folder]);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the site of the documentation', () => {
  it('leads from each page only to pages and headings that exist', async () => {
    const files = (await readdir(folder, { recursive: true })).filter((file) => file.endsWith('.html'));
    expect(files.length).toBeGreaterThan(80);
    const broken = files.flatMap((file) => {
      const text = readFileSync(join(folder, file), 'utf8');
      const links = [...text.matchAll(/<a href="([^":]+)"/g)].map(([, link = '']) => link);
      return links.filter((link) => !leads(file, text, link)).map((link) => `${file}: ${link}`);
    });
    expect(broken).toEqual([]);
  });

  it('is searched in a browser that opened it from the folder, without a server', async () => {
    const { path } = await requireTool('chromium');
    const browser = await chromium.launch({ executablePath: path, args: ['--no-sandbox'] });
    try {
      const page = await browser.newPage();
      await page.goto(pathToFileURL(join(folder, 'index.html')).href);
      await page.fill('input', 'PMCP_W_PORT_IN_USE');
      await page.click('#found a:text("Errors and warnings")');
      expect(await page.textContent('#pmcp_w_port_in_use')).toBe('PMCP_W_PORT_IN_USE');
    } finally {
      await browser.close();
    }
  });
});

function leads(from: string, text: string, link: string): boolean {
  const [file = '', heading] = link.split('#');
  const target = file === '' ? join(folder, from) : join(folder, dirname(from), file);
  if (!existsSync(target)) return false;
  const content = file === '' ? text : readFileSync(target, 'utf8');
  return heading === undefined || content.includes(` id="${heading}"`);
}
