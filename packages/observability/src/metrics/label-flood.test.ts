import { expect, it, vi } from 'vitest';
import type { Exchange } from '../mcp/exchange.js';
import { ExchangePool } from '../mcp/exchange.js';
import type { Peer } from '../mcp/peer.js';
import { createFamilies } from './families.js';
import { Recorder } from './recorder.js';
import { SemconvMetrics } from './semconv.js';

const OK = { outcome: 'ok', type: '' } as const;
const pool = new ExchangePool();

function flooded() {
  const families = createFamilies();
  const semconv = new SemconvMetrics();
  const recorder = new Recorder(families, { names: 20, clients: 10 }, semconv);
  const call = (name: string, server: object = {}) => {
    const series = recorder.method('tools/call');
    recorder.requestStarted(series);
    const exchange: Exchange = pool.take(1, series, performance.now());
    exchange.name = name;
    const peer = { kind: 'stdio', server, protocolVersion: '2025-11-25' } as Peer;
    return recorder.requestEnded(exchange, OK, performance.now(), peer).name;
  };
  const connect = (client: string) => recorder.connectionIdentified('stdio', '2025-11-25', client);
  const shown = (
    family: { series: readonly (readonly string[])[]; has(slot: number): boolean },
    label: number,
  ) => new Set(family.series.filter((_, slot) => family.has(slot)).map((values) => values[label]));
  return { families, semconv, call, connect, shown };
}

it('a server with its own tool shows it after any number of invented names that it also answered', () => {
  const { call } = flooded();
  for (let i = 0; i < 500; i++) call(`made up ${i}`);
  expect(call('permanent', { _registeredTools: { permanent: {} } })).toBe('permanent');
  expect(call('made up 500')).toBe('_other');
});

it('the series of tools that are no longer called end, in every metric, and those in use continue', () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  try {
    const { families, semconv, call, shown } = flooded();
    for (let i = 0; i < 19; i++) call(`old ${i}`);
    call('used');
    vi.advanceTimersByTime(3_600_000);
    call('used');
    expect(call('new')).toBe('new');
    const names = new Set(['used', 'new']);
    expect(shown(families.requests, 1)).toEqual(names);
    expect(shown(families.requestDuration, 1)).toEqual(names);
    expect(shown(semconv.operation, 1)).toEqual(names);
    const { requests } = families;
    expect(requests.value(requests.slot('tools/call', 'used', 'ok'))).toBe(2);
    expect(requests.value(requests.slot('tools/call', 'new', 'ok'))).toBe(1);
    expect(call('old 3')).toBe('old 3');
    expect(requests.value(requests.slot('tools/call', 'old 3', 'ok'))).toBe(1);
  } finally {
    vi.useRealTimers();
  }
});

it('invented client names neither displace the real one nor keep it out', () => {
  const { families, connect, shown } = flooded();
  connect('real');
  for (let i = 0; i < 500; i++) connect(`made up ${i}`);
  connect('real');
  for (let i = 0; i < 3; i++) connect('comes later');
  expect(shown(families.connections, 2)).toContain('comes later');
  const { connections } = families;
  expect(connections.value(connections.slot('stdio', '2025-11-25', 'real'))).toBe(2);
  expect(shown(families.connections, 2).size).toBeLessThanOrEqual(11);
});
