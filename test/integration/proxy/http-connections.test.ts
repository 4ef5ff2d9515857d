import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { behind, call, counted, post, result } from '../../support/behind-proxy.js';
import { scrape } from '../../support/exposition.js';
import { SIDECAR_ENV } from '../../support/sidecar.js';
import { STRENGTH } from '../../support/strength.js';
import { until } from '../../support/until.js';

const TURNED_AWAY = 'pmcp_http_exchanges_total{http_method="_other",status="",reason="connections_limit"}';
/** Without an option. */
const LIMIT = 2_000;
const REQUEST = 'GET /open HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\n\r\n';

const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});

/** A client whose connection is closed, or not. */
async function connected(url: string): Promise<Socket> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1').on('error', () => {});
  sockets.push(socket);
  await once(socket, 'connect');
  return socket.resume();
}

/** As many at a time as the queue of a listening socket holds for sure. */
const AT_ONCE = 100;

async function crowd(url: string, count: number): Promise<Socket[]> {
  const all: Socket[] = [];
  while (all.length < count) {
    const more = Array.from({ length: Math.min(AT_ONCE, count - all.length) }, () => connected(url));
    all.push(...(await Promise.all(more)));
  }
  return all;
}

const isOpen = ({ closed, destroyed }: Socket) => !closed && !destroyed;
const open = (all: readonly Socket[]) => all.filter(isOpen).length;

describe('connections to the HTTP proxy', () => {
  it('are closed at once above the limit, are counted then, and leave room when they go', async () => {
    const { url, port } = await behind(
      (incoming, outgoing) => {
        incoming.resume().once('end', () => outgoing.end(result(1)));
      },
      ['--max-connections', '20'],
    );
    const first = await crowd(url, 20);
    const more = await crowd(url, 20);
    await until(() => open(more) === 0);
    expect(open(first)).toBe(20);
    await counted(TURNED_AWAY, 20);
    first[0]!.write(REQUEST);
    const [answer] = await once(first[0]!, 'data');
    expect(String(answer)).toMatch(/^HTTP\/1\.1 200 /);
    first[1]!.destroy();
    await until(async () => (await post(url, call(1)).catch(() => undefined))?.status === 200);
    expect((await scrape(port)).get(TURNED_AWAY)).toBeGreaterThanOrEqual(20);
  });

  it('share what may be sent ahead of answers, and each may have one request', async () => {
    let asked = 0;
    const { url } = await behind((incoming) => {
      asked++;
      incoming.resume();
    });
    const clients = await crowd(url, 100);
    for (const client of clients) client.write(REQUEST.repeat(20));
    await until(() => asked >= 1_000 && open(clients) < 60);
    expect(asked).toBeLessThanOrEqual(1_100);
    const late = await crowd(url, 20);
    const before = asked;
    for (const client of late) client.write(REQUEST);
    await until(() => asked >= before + 20);
    expect(open(late)).toBe(20);
  });

  it('fit the memory of the sidecar when twice as many come as may, each with an open request', async () => {
    const { url, child } = await behind(
      (_, outgoing) =>
        void outgoing.writeHead(200, { 'Content-Type': 'text/event-stream' }).write(': open\n\n'),
      [],
      SIDECAR_ENV,
    );
    let answers = 0;
    const first = await crowd(url, LIMIT);
    for (const socket of first) socket.once('data', () => answers++).write(REQUEST);
    await until(() => answers === LIMIT);
    const more = await crowd(url, LIMIT * STRENGTH);
    for (const socket of more) socket.write(REQUEST);
    await until(() => open(more) === 0);
    expect(open(first)).toBe(LIMIT);
    await counted(TURNED_AWAY, LIMIT * STRENGTH);
    const peak =
      Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) / 1024;
    expect(peak).toBeLessThan(256);
  });
});
