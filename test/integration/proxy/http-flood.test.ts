import { readFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { behind, call, counted, inFlight, json, post, result } from '../../support/behind-proxy.js';
import { scrape } from '../../support/exposition.js';
import { Holds } from '../../support/holds.js';
import { RawClient } from '../../support/raw-http.js';
import { SIDECAR_ENV } from '../../support/sidecar.js';
import { STRENGTH } from '../../support/strength.js';

/** Returns the peak memory of a process, in MiB. */
const peak = (pid: number) =>
  Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;

/** Returns the CPU time of all threads of a process, in clock ticks of the kernel. */
const worked = (pid: number) => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return Number(fields[11]) + Number(fields[12]);
};

/** Waits until a process is idle: no event announces that all of a body was decoded. */
async function idle(pid: number): Promise<void> {
  for (let before = -1; before !== worked(pid); ) {
    before = worked(pid);
    await delay(200);
  }
}

/** Returns the head of a POST whose body does not arrive completely. */
const begun = (headers: readonly string[]) =>
  ['POST /mcp HTTP/1.1', 'Host: x', 'Content-Length: 1000000', ...headers, '', ''].join('\r\n');

const sum = (samples: ReadonlyMap<string, number>, family: string) =>
  [...samples].reduce((total, [key, value]) => total + (key.startsWith(family) ? value : 0), 0);

describe('clients that attack the memory of the HTTP proxy', () => {
  it.each([
    ['a server that reads', false, 'gzip'],
    ['a server that refuses at once', true, 'gzip'],
    ['a server that reads', false, 'br'],
  ])('fail with endless bodies that become large, before %s (%j, %s)', async (_, refuses, encoding) => {
    const { url, child, port } = await behind(
      (incoming, outgoing) => {
        incoming.resume().once('end', () => !refuses && outgoing.end('{}'));
        if (refuses) outgoing.writeHead(401).end('{}');
      },
      [],
      SIDECAR_ENV,
    );
    const large = Buffer.alloc(16 << 20, '{"a":1},');
    // The largest window that is decoded.
    const quick = { params: { [constants.BROTLI_PARAM_QUALITY]: 4, [constants.BROTLI_PARAM_LGWIN]: 22 } };
    const small = encoding === 'br' ? brotliCompressSync(large, quick) : gzipSync(large);
    expect(small.length).toBeLessThan(40_000);
    const clients = Array.from({ length: 120 * STRENGTH }, () => {
      const client = new RawClient(url).write(begun([`Content-Encoding: ${encoding}`]));
      client.socket.write(small);
      return client;
    });
    if (refuses) await Promise.all(clients.map((client) => client.got('401 ')));
    await scrape(port);
    await idle(child.pid!);
    expect(peak(child.pid!)).toBeLessThan(256);
    for (const { socket } of clients) socket.destroy();
  });

  it('fail with uncompressed bodies', async () => {
    const { url, child, port } = await behind((incoming) => void incoming.resume(), [], SIDECAR_ENV);
    const part = Buffer.alloc(900_000, '{"a":1},');
    const clients = Array.from({ length: 400 * STRENGTH }, () => {
      const client = new RawClient(url).write(begun([]));
      client.socket.write(part);
      return client;
    });
    await expect.poll(() => clients.every(({ socket }) => socket.writableLength === 0)).toBe(true);
    await scrape(port);
    await idle(child.pid!);
    expect(peak(child.pid!)).toBeLessThan(256);
    for (const { socket } of clients) socket.destroy();
  });
});

describe('clients that attack the CPU time of the HTTP proxy', () => {
  const ping = '{"jsonrpc":"2.0","id":1,"method":"ping"},';
  const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;

  let holds: Holds | undefined;
  afterEach(() => {
    holds?.remove();
    holds = undefined;
  });

  /** Other programs share caches and cores, which lengthens a turn now and then. What is too long by itself is so each time. */
  const AGAIN = 24;

  type Attack = (url: string) => Promise<Response>;
  const POSTED = { method: 'POST', headers: { 'content-type': 'application/json' } };

  /**
   * Returns the attacks that kept the proxy busy for too long in one turn of its event loop, garbage
   * collection excluded, with the time.
   */
  async function tooLong(handle: RequestListener, attacks: Readonly<Record<string, Attack>>) {
    const watched = new Holds();
    holds = watched;
    const { url, child } = await behind(handle, [], watched.env);
    pid = child.pid!;
    // Code takes longer before it is compiled.
    for (let i = 0; i < 40; i++) await (await post(url, call(i))).text();
    const found: [string, number][] = [];
    for (const [name, attack] of Object.entries(attacks)) {
      const sent = async () => void (await (await attack(url)).text());
      const longest = async () => {
        watched.forget();
        await sent();
        await idle(pid);
        return Math.max(0, ...watched.all().map(({ cpu, gc }) => cpu - gc));
      };
      await sent();
      await idle(pid);
      let least = await longest();
      for (let again = 0; least > 10 && again < AGAIN; again++) least = Math.min(least, await longest());
      if (least > 10) found.push([name, least]);
    }
    return found;
  }
  let pid = 0;

  it('fail with a small body that becomes large', async () => {
    const attacks = Object.entries({
      'a batch of pings': `[${ping.repeat(400_000).slice(0, -1)}]`,
      objects: `[${'{},'.repeat(4_000_000)}1]`,
      words: `[${'true,'.repeat(3_000_000)}1]`,
      'a call with brackets': call(1).replace('{}', nested(2_000_000)),
    }).map(([name, text]): [string, Attack] => {
      const headers = { ...POSTED.headers, 'content-encoding': 'gzip' };
      const body = gzipSync(text);
      expect(body.length).toBeLessThan(80_000);
      return [name, (url) => fetch(url, { ...POSTED, headers, body })];
    });
    /** Refuses only after the proxy has read the request. */
    const refuses: RequestListener = (incoming, outgoing) => {
      const isAttack = incoming.headers['content-encoding'] !== undefined;
      const read = async () => {
        if (isAttack) await idle(pid);
        outgoing.writeHead(400).end();
      };
      incoming.resume().once('end', () => void read());
    };
    expect(await tooLong(refuses, Object.fromEntries(attacks))).toEqual([]);
  });

  it('fail with an answer that is long, or has many parts', async () => {
    const list = JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      result: {
        tools: Array.from({ length: 900 }, (_, i) => ({
          name: `tool_${i}`,
          description: 'Tells of what it was given. '.repeat(30),
          inputSchema: { type: 'object', properties: { name: { type: 'string' } } },
        })),
      },
    });
    const EVENTS = 'text/event-stream';
    const answers: Record<string, readonly [type: string, body: string]> = {
      'short events': [EVENTS, 'data: {}\n\n'.repeat(200_000)],
      'empty lines': [EVENTS, '\n'.repeat(2_000_000)],
      'lines of one event': [EVENTS, 'data: x\n'.repeat(300_000)],
      'a list of 900 kB': ['application/json', list],
      'a list of 900 kB in an event': [EVENTS, `data: ${list}\n\n`],
    };
    const chunks = `HTTP/1.1 200 OK\r\nContent-Type: ${EVENTS}\r\nTransfer-Encoding: chunked\r\n\r\n${'1\r\n:\r\n'.repeat(20_000)}0\r\n\r\n`;
    const body = '{"jsonrpc":"2.0","id":1,"method":"tools/list"}';
    const attacks = [...Object.keys(answers), 'chunks'].map((name): [string, Attack] => [
      name,
      (url) => fetch(`${url}/${encodeURIComponent(name)}`, { ...POSTED, body }),
    ]);
    const handle: RequestListener = (incoming, outgoing) => {
      const name = decodeURIComponent(incoming.url!.slice(1));
      const [type, answer] = answers[name] ?? [EVENTS, ''];
      incoming.resume().once('end', () => {
        if (name === 'chunks') incoming.socket.write(chunks);
        else outgoing.writeHead(200, { 'Content-Type': type }).end(answer);
      });
    };
    expect(await tooLong(handle, Object.fromEntries(attacks))).toEqual([]);
  });

  it('fail with a packet that contains a thousand of anything', async () => {
    const head = (method: string, ...lines: readonly string[]) =>
      [`${method} /mcp HTTP/1.1`, 'Host: x', ...lines, '', ''].join('\r\n');
    const chunk = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`;
    const packets = {
      requests: `${head('POST', 'Content-Length: 2')}{}`.repeat(1_500),
      'requests without a body': head('GET').repeat(2_000),
      'chunks of a byte': head('POST', 'Transfer-Encoding: chunked') + chunk('[').repeat(20_000),
      'chunks that are no crumbs': `${head('POST', 'Transfer-Encoding: chunked')}${chunk('x'.repeat(17)).repeat(20_000)}0\r\n\r\n`,
      headers: head('GET', ...Array.from({ length: 8_000 }, (_, i) => `a${i}: b`)),
    };
    const attacks = Object.entries(packets).map(([name, packet]): [string, Attack] => {
      const attack = async (url: string) => {
        const client = new RawClient(url).write(packet);
        await Promise.race([client.closed().catch(() => {}), client.got('\r\n\r\n')]);
        client.socket.destroy();
        return new Response();
      };
      return [name, attack];
    });
    const answers: RequestListener = (incoming, outgoing) =>
      incoming.resume().once('end', () => outgoing.end());
    expect(await tooLong(answers, Object.fromEntries(attacks))).toEqual([]);
  });

  it('are disconnected when they pipeline a thousand requests', async () => {
    let came = 0;
    const { url, port } = await behind(() => {
      came++;
    });
    const client = new RawClient(url).write(
      `POST /mcp HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}`.repeat(1_000),
    );
    await client.closed().catch(() => {});
    expect(came).toBeLessThanOrEqual(25);
    await expect.poll(async () => sum(await scrape(port), 'pmcp_active_connections')).toBe(0);
  });

  it('are disconnected when they send a body in thousands of tiny chunks, but not for longer chunks', async () => {
    const { url } = await behind((incoming, outgoing) =>
      incoming.resume().once('end', () => outgoing.end('got it')),
    );
    const head = 'POST /mcp HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n';
    const body = (chunk: string) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`.repeat(20_000);
    const attacker = new RawClient(url).write(`${head}${body('[')}0\r\n\r\n`);
    await attacker.closed().catch(() => {});
    expect(attacker.received).not.toContain('got it');
    await new RawClient(url).write(`${head}${body('x'.repeat(20))}0\r\n\r\n`).got('got it');
  });

  it('add no requests with a batch that is longer than real clients send', async () => {
    const { url, port } = await behind((incoming, outgoing) => {
      incoming.resume().once('end', () => json(outgoing, result(1)));
    });
    await (await post(url, `[${ping.repeat(500).slice(0, -1)}]`)).text();
    await (await post(url, call(1))).text();
    await counted(inFlight, 0);
    expect(sum(await scrape(port), 'pmcp_requests_total{method="ping"')).toBe(0);
  });

  it('are disconnected when the rest of a body does not arrive', async () => {
    const { url } = await behind((incoming) => void incoming.resume(), ['--body-timeout', '0.3']);
    const client = new RawClient(url).write(begun([])).write('{"jsonrpc":');
    expect(await client.closed()).toMatch(/^HTTP\/1.1 408 /);
  });

  it('are not disconnected while the server is the one that does not read', async () => {
    const { url } = await behind(
      (incoming, outgoing) => {
        setTimeout(() => incoming.resume(), 3_000);
        incoming.once('end', () => outgoing.end('got it'));
      },
      // A busy machine may pause the client, too.
      ['--body-timeout', '2'],
    );
    const response = await fetch(url, { method: 'POST', body: Buffer.alloc(30 << 20) });
    expect(await response.text()).toBe('got it');
  });
});
