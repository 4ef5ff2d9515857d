import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createFamilies } from '../metrics/families.js';
import { Recorder } from '../metrics/recorder.js';
import { Connection } from './connection.js';
import { ToolFingerprint } from './fingerprint.js';
import { LongCallReport } from './long-call-report.js';
import { LongCalls } from './long-calls.js';
import { IdleSessions } from './sessions.js';

const IDLE_TIMEOUT_MS = 60_000;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function session(transport: object = { _streamMapping: new Map() }) {
  const families = createFamilies();
  const recorder = new Recorder(families, { names: 10, clients: 10 });
  const context = {
    recorder,
    sessions: new IdleSessions(IDLE_TIMEOUT_MS),
    fingerprint: new ToolFingerprint(families, () => recorder.dropped('internal_error')),
    longCalls: new LongCalls(new LongCallReport(recorder, () => undefined)),
  };
  const connection = new Connection(context, { ...transport, sessionId: 's' }, 'streamable_http', {});
  const active = () => families.activeConnections.value(families.activeConnections.slot('streamable_http'));
  const opened = () => families.connections.series.map((_, slot) => families.connections.value(slot));
  return { connection, active, opened };
}

const ping = { id: 1, method: 'ping' };
const pong = { id: 1, result: {} };

describe('a session', () => {
  it('counts as ended after the idle timeout, and as new when its client comes back', () => {
    const { connection, active, opened } = session();
    connection.received(ping, undefined);
    connection.sending(pong);
    expect(active()).toBe(1);
    vi.advanceTimersByTime(2 * IDLE_TIMEOUT_MS);
    expect(active()).toBe(0);
    connection.received(ping, undefined);
    expect(active()).toBe(1);
    connection.closed();
    expect(active()).toBe(0);
    expect(opened()).toEqual([2]);
  });

  it('stays while a stream to its client is open', () => {
    const streams = new Map([['stream', {}]]);
    const { connection, active } = session({ _webStandardTransport: { _streamMapping: streams } });
    connection.received(ping, undefined);
    connection.sending(pong);
    vi.advanceTimersByTime(10 * IDLE_TIMEOUT_MS);
    expect(active()).toBe(1);
    streams.clear();
    vi.advanceTimersByTime(IDLE_TIMEOUT_MS);
    expect(active()).toBe(0);
  });

  it('stays while it owes an answer, on a transport that hides its streams', () => {
    const { connection, active } = session({});
    connection.received(ping, undefined);
    vi.advanceTimersByTime(10 * IDLE_TIMEOUT_MS);
    expect(active()).toBe(1);
    connection.sending(pong);
    vi.advanceTimersByTime(2 * IDLE_TIMEOUT_MS);
    expect(active()).toBe(0);
  });

  it('leaves no timer behind when the last one is closed', () => {
    const { connection } = session();
    connection.received(ping, undefined);
    expect(vi.getTimerCount()).toBe(1);
    connection.closed();
    expect(vi.getTimerCount()).toBe(0);
  });
});
