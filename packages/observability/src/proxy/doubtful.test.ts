import { beforeEach, describe, expect, it } from 'vitest';
import { Connection } from '../mcp/connection.js';
import { Observability } from '../observability.js';
import { Observer } from './observer.js';
import { observeStreams } from './stdio/streams.js';

const ping = (id: number, more: object = {}) => ({ jsonrpc: '2.0', id, method: 'ping', ...more });
const answer = (id: number) => ({ jsonrpc: '2.0', id, result: {} });

let now: number;
let observability: Observability;
let observer: Observer;
let taps: ReturnType<typeof observeStreams>;
const line = (message: unknown) => Buffer.from(`${JSON.stringify(message)}\n`);
const client = (message: unknown) => taps.client.write(line(message));
const server = (message: unknown) => taps.server.write(line(message));

beforeEach(() => {
  now = 1_000;
  observability = new Observability({ metrics: { port: false, runtime: false }, log: { level: 'silent' } });
  const { connections } = observability.watching;
  observer = new Observer(connections, new Connection(connections, {}, 'stdio', undefined), () => {}, {
    now: () => now,
  });
  taps = observeStreams(observer);
  client({ ...ping(0), method: 'initialize', params: { protocolVersion: '2025-03-26' } });
  server({ ...answer(0), result: { protocolVersion: '2025-03-26' } });
});

/** Pings in flight, answered, and taken for what the server dropped. */
async function counts(): Promise<number[]> {
  const text = await observability.registry.metrics();
  const of = (series: string) => Number(text.split(`${series} `)[1]?.split('\n')[0] ?? 0);
  return [
    of('pmcp_requests_in_flight{method="ping"}'),
    of('pmcp_requests_total{method="ping",name="",outcome="ok"}'),
    of('pmcp_errors_total{method="_other",name="",type="parse"}'),
  ];
}

describe('a request that some servers drop', () => {
  it('counts when it is answered, with all the time that it took', async () => {
    client(ping(1, { extra: 1 }));
    expect(await counts()).toEqual([0, 0, 0]);
    now += 2_000;
    server(answer(1));
    expect(await counts()).toEqual([0, 1, 0]);
    const seconds = await observability.registry.getSingleMetricAsString('pmcp_request_duration_seconds');
    expect(seconds).toMatch(/_sum\{method="ping",name=""\} 2\n/);
  });

  it('is given up after a minute, whatever comes next', async () => {
    client(ping(1, { extra: 1 }));
    now += 61_000;
    client(ping(2));
    server(answer(1));
    server(answer(2));
    expect(await counts()).toEqual([0, 1, 1]);
  });

  it('is given up at the end of the connection, and where its id comes again', async () => {
    client([ping(1), ping(2)]);
    client(ping(1, { extra: 1 }));
    observer.closed();
    expect(await counts()).toEqual([0, 0, 3]);
  });

  it('is given up where there are too many', async () => {
    for (let id = 1; id <= 1_001; id++) client(ping(id, { extra: 1 }));
    expect(await counts()).toEqual([0, 0, 1]);
  });
});

describe('a batch', () => {
  it('is in flight once the server has answered one before', async () => {
    client([ping(1), ping(2)]);
    expect(await counts()).toEqual([0, 0, 0]);
    server([answer(1), answer(2)]);
    expect(await counts()).toEqual([0, 2, 0]);
    client([ping(3), ping(4)]);
    expect(await counts()).toEqual([2, 2, 0]);
    server([answer(4), answer(3)]);
    expect(await counts()).toEqual([0, 4, 0]);
  });
});
