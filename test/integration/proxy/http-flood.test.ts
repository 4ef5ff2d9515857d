import { readFileSync } from 'node:fs';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { behind, call, counted, inFlight, json, post, result } from '../../support/behind-proxy.js';
import { scrape } from '../../support/exposition.js';
import { RawClient } from '../../support/raw-http.js';

/** Resident memory of a process, in MiB. */
const memory = (pid: number) =>
  Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;

/** The head of a POST whose body does not all come. */
const begun = (headers: readonly string[]) =>
  ['POST /mcp HTTP/1.1', 'Host: x', 'Content-Length: 1000000', ...headers, '', ''].join('\r\n');

const sum = (samples: ReadonlyMap<string, number>, family: string) =>
  [...samples].reduce((total, [key, value]) => total + (key.startsWith(family) ? value : 0), 0);

describe('clients that want the memory of the HTTP proxy', () => {
  it.each([
    ['a server that reads', false, 'gzip'],
    ['a server that refuses at once', true, 'gzip'],
    ['a server that reads', false, 'br'],
  ])(
    'do not get it by bodies that become large and have no end, before %s (%j, %s)',
    async (_, refuses, encoding) => {
      const { url, child, port } = await behind((incoming, outgoing) => {
        incoming.resume().once('end', () => !refuses && outgoing.end('{}'));
        if (refuses) outgoing.writeHead(401).end('{}');
      });
      const large = Buffer.alloc(16 << 20, '{"a":1},');
      const quick = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } };
      const small = encoding === 'br' ? brotliCompressSync(large, quick) : gzipSync(large);
      expect(small.length).toBeLessThan(40_000);
      const clients = Array.from({ length: 120 }, () => {
        const client = new RawClient(url).write(begun([`Content-Encoding: ${encoding}`]));
        client.socket.write(small);
        return client;
      });
      // Nothing tells when all of it has been decoded: a request that comes after it has passed.
      for (let i = 0; i < 20; i++) await (await post(url, call(1))).text().catch(() => {});
      if (refuses) await Promise.all(clients.map((client) => client.got('401 ')));
      await scrape(port);
      expect(memory(child.pid!)).toBeLessThan(256);
      for (const { socket } of clients) socket.destroy();
    },
  );

  it('do not get it by bodies that come as they are', async () => {
    const { url, child, port } = await behind((incoming) => void incoming.resume());
    const part = Buffer.alloc(900_000, '{"a":1},');
    const clients = Array.from({ length: 200 }, () => {
      const client = new RawClient(url).write(begun([]));
      client.socket.write(part);
      return client;
    });
    await expect
      .poll(() => clients.every(({ socket }) => socket.writableLength === 0), { timeout: 20_000 })
      .toBe(true);
    await scrape(port);
    expect(memory(child.pid!)).toBeLessThan(256);
    for (const { socket } of clients) socket.destroy();
  });
});

describe('clients that want the time of the HTTP proxy', () => {
  const ping = '{"jsonrpc":"2.0","id":1,"method":"ping"},';
  it.each([
    ['a batch of pings', `[${ping.repeat(400_000).slice(0, -1)}]`],
    ['brackets', `${'['.repeat(4_000_000)}${']'.repeat(4_000_000)}`],
    ['objects', `[${'{},'.repeat(4_000_000)}1]`],
    ['a call with brackets', call(1).replace('{}', `${'['.repeat(2_000_000)}${']'.repeat(2_000_000)}`)],
  ])('get little of it by a small body that becomes large: %s', async (_, text) => {
    const { url, port } = await behind((incoming, outgoing) => {
      incoming.resume().once('end', () => outgoing.writeHead(400).end());
    });
    const before = await scrape(port);
    const headers = { 'content-encoding': 'gzip' };
    const body = gzipSync(text);
    for (let i = 0; i < 3; i++) await (await fetch(url, { method: 'POST', headers, body })).text();
    const started = performance.now();
    await (await post(url, call(2))).text();
    await scrape(port);
    // It was seconds; a machine that is busy may take its time, but no more than for any request.
    expect(performance.now() - started).toBeLessThan(1_000);
    const after = await scrape(port);
    expect(sum(after, 'pmcp_requests_total') - sum(before, 'pmcp_requests_total')).toBeLessThanOrEqual(7);
    expect(sum(after, 'pmcp_requests_in_flight')).toBe(0);
  });

  it('add no requests by a batch that is longer than any client sends', async () => {
    const { url, port } = await behind((incoming, outgoing) => {
      incoming.resume().once('end', () => json(outgoing, result(1)));
    });
    await (await post(url, `[${ping.repeat(500).slice(0, -1)}]`)).text();
    await (await post(url, call(1))).text();
    await counted(inFlight, 0);
    expect(sum(await scrape(port), 'pmcp_requests_total{method="ping"')).toBe(0);
  });

  it('are told to go when the rest of a body does not come', async () => {
    const { url } = await behind((incoming) => void incoming.resume(), ['--body-timeout', '0.3']);
    const client = new RawClient(url).write(begun([])).write('{"jsonrpc":');
    expect(await client.closed()).toMatch(/^HTTP\/1.1 408 /);
  });

  it('are not told so while it is the server that does not take it', async () => {
    const { url } = await behind(
      (incoming, outgoing) => {
        setTimeout(() => incoming.resume(), 900);
        incoming.once('end', () => outgoing.end('got it'));
      },
      ['--body-timeout', '0.3'],
    );
    const response = await fetch(url, { method: 'POST', body: Buffer.alloc(30 << 20) });
    expect(await response.text()).toBe('got it');
  });
});
