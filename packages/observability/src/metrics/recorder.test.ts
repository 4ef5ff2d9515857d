import { expect, test } from 'vitest';
import { REFUSAL_REASONS } from '../http/refusal.js';
import { ExchangePool } from '../mcp/exchange.js';
import type { Peer } from '../mcp/peer.js';
import type { Ending } from '../protocol/outcome.js';
import { createFamilies } from './families.js';
import { Recorder } from './recorder.js';
import { SemconvMetrics } from './semconv.js';

const peer: Peer = {
  number: 1,
  kind: 'streamable_http',
  sessionId: undefined,
  protocolVersion: undefined,
  client: undefined,
  address: undefined,
  server: undefined,
};

function recorded(method: string, endings: readonly Ending[]) {
  const families = createFamilies();
  const semconv = new SemconvMetrics();
  const recorder = new Recorder(families, { names: 10, clients: 10 }, semconv);
  const pool = new ExchangePool();
  for (const ending of endings) {
    const series = recorder.method(method);
    const exchange = pool.take(1, series, performance.now());
    recorder.requestStarted(series);
    recorder.requestEnded(exchange, ending, performance.now(), peer);
  }
  return { families, semconv };
}

test('a refused request counts and is an error, and does not improve the latency', () => {
  const ending: Ending = { outcome: 'client_error', type: 'unauthorized', isRefused: true, status: 401 };
  const { families, semconv } = recorded('ping', [ending]);
  const { requests, errors, requestDuration, requestsInFlight } = families;
  expect(requests.value(requests.slot('ping', '', 'client_error'))).toBe(1);
  expect(errors.value(errors.slot('ping', '', 'unauthorized'))).toBe(1);
  expect(requestsInFlight.value(requestsInFlight.slot('ping'))).toBe(0);
  expect(requestDuration.count(requestDuration.slot('ping', ''))).toBe(0);
  expect(semconv.operation.series).toEqual([]);
});

test('every refusal reason keeps its label, however many codes a server uses', () => {
  const codes = Array.from(
    { length: 200 },
    (_, code) => ({ outcome: 'server_error', type: `${code}` }) as const,
  );
  const refusals = REFUSAL_REASONS.map(
    (type) => ({ outcome: 'client_error', type, isRefused: true }) as const,
  );
  const { families } = recorded('ping', [...codes, ...refusals]);
  const { errors } = families;
  const types = errors.series.filter((_, slot) => errors.value(slot) === 1).map(([, , type]) => type);
  expect(types).toEqual(expect.arrayContaining([...REFUSAL_REASONS]));
  expect(errors.value(errors.slot('ping', '', '_other'))).toBeGreaterThan(100);
});
