import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../fixtures/temporary-folder.js';
import { scrape } from '../../support/exposition.js';
import { ended, start, startObserved, THROUGH_PROXY } from '../../support/proxy.js';
import { until } from '../../support/until.js';

const ECHO = [process.execPath, 'test/fixtures/proxy/echo.mjs'];

/** Sends bytes through an echo behind the proxy in random pieces, and returns what comes back. */
async function roundTrip(bytes: Buffer): Promise<Buffer> {
  const proxy = start([...THROUGH_PROXY, ...ECHO]);
  const came: Buffer[] = [];
  proxy.stdout.on('data', (chunk) => came.push(chunk));
  for (let at = 0; at < bytes.length; ) {
    const size = 1 + Math.floor(Math.random() ** 4 * 100_000);
    if (!proxy.stdin.write(bytes.subarray(at, at + size))) await once(proxy.stdin, 'drain');
    at += size;
  }
  proxy.stdin.end();
  expect(await ended(proxy)).toEqual({ code: 0, signal: null });
  return Buffer.concat(came);
}

const call = (id: unknown, size = 0) =>
  JSON.stringify({
    jsonrpc: '2.0',
    id,
    method: 'tools/call',
    params: { name: 'x', arguments: { text: 'y'.repeat(size) } },
  });

/** Returns a stream of messages in which random bytes were changed, lost or doubled. */
function mutated(): Buffer {
  const lines = Array.from({ length: 300 }, (_, id) => call(id, Math.floor(Math.random() ** 3 * 20_000)));
  const bytes = Buffer.from(lines.join(Math.random() < 0.5 ? '\n' : '\r\n'));
  for (let i = 0; i < 500; i++) {
    const at = Math.floor(Math.random() * (bytes.length - 64));
    const change = Math.floor(Math.random() * 3);
    if (change === 0) bytes[at] = Math.floor(Math.random() * 256);
    else if (change === 1) bytes.copyWithin(at, at + 1 + Math.floor(Math.random() * 60));
    else bytes[at] = '\n"{}[],:\\'.charCodeAt(Math.floor(Math.random() * 9));
  }
  return bytes;
}

describe('a stream through the stdio proxy', () => {
  it.each([
    ['nothing', ''],
    ['one message without a newline', call(1)],
    ['CRLF', `${call(1)}\r\n${call(2)}\r\n`],
    ['many messages in a chunk, blank lines between', `${call(1)}\n\n\n${call(2)}\n${call(3)}\n`],
    ['a batch', `[${call(1)},${call(2)}]\n`],
    ['lines that are not JSON', 'Starting…\nnull\n5\n"text"\n{}\n{"id":\n'],
    ['a lone surrogate, a NUL and invalid UTF-8', Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x00, 0xff, 0x0a])],
    ['JSON that is nested deeply', `${'['.repeat(100_000)}\n${'{"a":'.repeat(100_000)}\n`],
  ])('comes out unchanged: %s', async (_, bytes) => {
    expect((await roundTrip(Buffer.from(bytes))).equals(Buffer.from(bytes))).toBe(true);
  });

  it('comes out unchanged, whatever bytes it contains', async () => {
    for (const bytes of [randomBytes(3 << 20), ...Array.from({ length: 6 }, mutated)]) {
      const came = await roundTrip(bytes);
      expect(came.equals(bytes)).toBe(true);
    }
  });

  // On a busy machine garbage is collected late, which looks the same; a line that is really kept fails every
  // time.
  it('may contain lines of 50 MB, which need no more memory than short ones', { retry: 2 }, async () => {
    const { proxy, port } = await startObserved(ECHO);
    let came = 0;
    proxy.stdout.on('data', (chunk: Buffer) => {
      came += chunk.length;
    });
    let sent = 0;
    const pass = async (line: Buffer, times: number) => {
      for (let i = 0; i < times; i++) if (!proxy.stdin.write(line)) await once(proxy.stdin, 'drain');
      sent += times * line.length;
      await until(() => came === sent);
    };
    const peak = () =>
      Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${proxy.pid}/status`, 'utf8'))?.[1]);
    const note = JSON.stringify({
      jsonrpc: '2.0',
      method: 'notifications/message',
      params: { x: 'x'.repeat(1 << 16) },
    });
    await pass(Buffer.from(`${note}\n`), 2_400);
    const before = peak();
    await pass(Buffer.from(`${call(1, 50 << 20)}\n`), 3);
    expect(peak() - before).toBeLessThan(40 << 10);
    expect((await scrape(port)).get('pmcp_requests_in_flight{method="tools/call"}')).toBe(3);
    proxy.stdin.end();
    await ended(proxy);
  });

  it('waits for a client that does not read, and takes no more from the server meanwhile', async () => {
    const report = join(temporaryFolder('wrote'), 'bytes');
    const server = `let n = 0;
      const block = 'x'.repeat(65535) + '\\n';
      const write = () => {
        do n += block.length; while (process.stdout.write(block));
        require('node:fs').writeFileSync('${report}', String(n));
      };
      process.stdout.on('drain', write);
      write();`;
    const { proxy, port } = await startObserved([process.execPath, '-e', server]);
    let wrote = '';
    await until(async () => {
      const before = wrote;
      await delay(200);
      wrote = existsSync(report) ? readFileSync(report, 'utf8') : '';
      return wrote !== '' && wrote === before;
    });
    expect(Number(wrote)).toBeLessThan(4 << 20);
    // The proxy itself never blocks.
    expect((await scrape(port)).get('pmcp_active_connections{transport="stdio"}')).toBe(1);
    proxy.stdout.destroy();
    await ended(proxy);
  });

  it('counts the messages that it could read', async () => {
    const { proxy, port } = await startObserved(ECHO);
    proxy.stdin.write(
      `${call(1)}\r\n${call('1')}\n[${call(2)},${call(3)}]\nnot JSON\n{"answer":42}\n${call(4, 5_000)}\n`,
    );
    const errors = 'pmcp_errors_total{method="_other",name="",type="parse"}';
    // Three unreadable lines, counted on their way in and on their way out.
    await until(async () => (await scrape(port)).get(errors) === 6);
    const samples = await scrape(port);
    expect(samples.get('pmcp_requests_in_flight{method="tools/call"}')).toBe(3);
    proxy.stdin.end();
    await ended(proxy);
  });

  it('counts the messages of a batch in protocols with batches', async () => {
    const { proxy, port } = await startObserved(ECHO);
    proxy.stdin.write('{"jsonrpc":"2.0","id":"i","method":"initialize","params":{}}\n');
    proxy.stdin.write('{"jsonrpc":"2.0","id":"i","result":{"protocolVersion":"2025-03-26"}}\n');
    const shaken = 'pmcp_requests_total{method="initialize",name="",outcome="ok"}';
    await until(async () => (await scrape(port)).get(shaken) === 1);
    const inFlight = 'pmcp_requests_in_flight{method="tools/call"}';
    const done = 'pmcp_requests_total{method="tools/call",name="_other",outcome="server_error"}';
    const error = (id: number) => ({ jsonrpc: '2.0', id, error: { code: -32603, message: 'no' } });
    proxy.stdin.write(`[${call(1)},${call(2)}]\n${JSON.stringify([error(1), error(2)])}\n`);
    // The server's answer to the first batch shows that it supports batches.
    await until(async () => (await scrape(port)).get(done) === 2);
    proxy.stdin.write(`[${call(3)},${call(4)}]\n`);
    await until(async () => (await scrape(port)).get(inFlight) === 2);
    proxy.stdin.end();
    await ended(proxy);
  });
});
