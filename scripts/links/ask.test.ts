import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askAll } from './ask.js';

const LIMITS = { concurrency: 2, timeoutMs: 20_000, tries: 2, pauseMs: 1 };

let asked: Record<string, number> = {};
let atOnce = 0;
let most = 0;
const server = createServer((request, response) => {
  const path = new URL(request.url ?? '/', 'http://here').pathname;
  asked[path] = (asked[path] ?? 0) + 1;
  most = Math.max(most, ++atOnce);
  response.on('close', () => atOnce--);
  if (path === '/silent') return;
  if (path.startsWith('/to/')) response.writeHead(302, { Location: path.slice(3) }).end();
  else if (path === '/busy-once') response.writeHead(asked[path] === 1 ? 429 : 200).end();
  else if (path === '/page') response.end('<h2 id="there">A</h2><a name=old></a><h2 id="user-content-hub">');
  else if (path === '/long') response.end('x'.repeat(9_000_000));
  else response.writeHead(Number(path.slice(1))).end();
});
let base: string;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

describe('a link to another site', () => {
  it.each([
    ['/200', 'good', '200', 1],
    ['/204', 'good', '204', 1],
    ['/404', 'gone', '404', 1],
    ['/410', 'gone', '410', 1],
    ['/to/200', 'good', '200', 1],
    ['/to/404', 'gone', '404', 1],
    ['/to/to/404', 'gone', '404', 1],
    ['/403', 'unknown', '403', 2],
    ['/429', 'unknown', '429', 2],
    ['/500', 'unknown', '500', 2],
    ['/busy-once', 'good', '200', 2],
    ['/page#there', 'good', '200', 1],
    ['/page#old', 'good', '200', 1],
    ['/page#hub', 'good', '200', 1],
    ['/page#away', 'gone', 'the page has no anchor #away', 1],
    ['/page#th.re', 'gone', 'the page has no anchor #th.re', 1],
    ['/to/page#there', 'good', '200', 1],
    ['/long#x', 'gone', 'the page has no anchor #x', 1],
  ])('to %s is %s', async (path, verdict, why, times) => {
    asked = {};
    const url = base + path;
    expect(await askAll([url], LIMITS)).toEqual([{ url, verdict, why }]);
    expect(asked[path.replace(/#.*/, '')]).toBe(times);
  });

  it('to a site that does not answer could not be checked', async () => {
    asked = {};
    const [answer] = await askAll([`${base}/silent`], { ...LIMITS, timeoutMs: 200 });
    expect(answer).toMatchObject({ verdict: 'unknown', why: 'no answer in 0.2 s' });
    // A machine that is busy may not even have sent it.
    expect(asked['/silent'] ?? 0).toBeLessThanOrEqual(2);
  });

  it('to a port where nobody listens, or that is no address, could not be checked', async () => {
    const answers = await askAll(['http://127.0.0.1:1/', 'https://['], LIMITS);
    expect(answers.map(({ verdict }) => verdict)).toEqual(['unknown', 'unknown']);
  });

  it('is asked with others, but with no more than allowed at once', async () => {
    most = 0;
    const urls = Array.from({ length: 12 }, (_, i) => `${base}/200?${i}`);
    const answers = await askAll(urls, LIMITS);
    expect(answers.map(({ url }) => url).sort()).toEqual([...urls].sort());
    expect(most).toBeLessThanOrEqual(2);
  });
});
