import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createFamilies } from '../metrics/families.js';
import { Recorder } from '../metrics/recorder.js';
import { ExchangedSessions, MAX_SESSIONS } from './exchanged-sessions.js';
import { Presence } from './presence.js';
import { IdleSessions } from './sessions.js';
import type { TransportKind } from './transport-kind.js';

const IDLE_TIMEOUT_MS = 60_000;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function keeper() {
  const families = createFamilies();
  const recorder = new Recorder(families, { names: 10, clients: 10 });
  const idle = new IdleSessions(IDLE_TIMEOUT_MS);
  const sessions = new ExchangedSessions(recorder, idle);
  sessions.posts = 1;
  const { activeConnections, connections } = families;
  const active = (kind: TransportKind = 'streamable_http') =>
    activeConnections.value(activeConnections.slot(kind));
  const opened = (client: string) =>
    connections.value(connections.slot('streamable_http', '2025-11-25', client));
  const connection = (kind: TransportKind = 'other') => {
    const presence = new Presence(recorder, kind);
    presence.opened(performance.now());
    return presence;
  };
  return { sessions, idle, active, opened, connection };
}

describe('sessions that are only visible in their exchanges', () => {
  it('are kept up to a limit: the oldest idle one is dropped, but no open one', () => {
    const { sessions, active } = keeper();
    for (let id = 0; id < MAX_SESSIONS + 10; id++) sessions.given(`${id}`, 0);
    expect(active()).toBe(MAX_SESSIONS);
    sessions.find('7')!.began();
    vi.advanceTimersByTime(2 * IDLE_TIMEOUT_MS);
    expect(active()).toBe(1);
    sessions.given('new', 0);
    expect(active()).toBe(2);
    expect([sessions.find('0'), sessions.find('7'), sessions.find('new')].map(Boolean)).toEqual([
      false,
      true,
      true,
    ]);
  });

  it('are forgotten when the server has ended them, and leave no timer behind', () => {
    const { sessions, active } = keeper();
    sessions.given('one', 0);
    sessions.find('one')!.forgotten();
    sessions.given('other', 0);
    expect(active()).toBe(1);
    sessions.find('other')!.forgotten();
    expect(active()).toBe(0);
    expect(sessions.isEmpty).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each(['', 'x'.repeat(1_025)])('are not kept under an unusable or long id', (id) => {
    const { sessions } = keeper();
    sessions.given(id, 0);
    expect(sessions.isEmpty).toBe(true);
  });

  it('do not exist if a transport represents them', () => {
    const { sessions, idle, active } = keeper();
    idle.add({ sessionId: 'known', lastActivity: 0, isInUse: true, closed: () => {} });
    sessions.given('known', 0);
    expect([sessions.isEmpty, active()]).toEqual([true, 0]);
  });

  it('replace the connection that they began on, and have its client', () => {
    const { sessions, active, opened, connection } = keeper();
    const shared = connection();
    const stranger = connection();
    for (const client of ['one', 'other']) {
      const startedAt = performance.now();
      vi.advanceTimersByTime(1);
      sessions.introduced(shared, '2025-11-25', client);
      sessions.given(`session of ${client}`, startedAt);
      vi.advanceTimersByTime(1);
    }
    expect([active(), active('other')]).toEqual([2, 1]);
    // Once the session is known, another handshake in the meantime has no effect.
    const startedAt = performance.now();
    sessions.introduced(stranger, '2025-11-25', 'stranger');
    sessions.introduced(shared, '2025-11-25', 'third');
    sessions.given('session of third', startedAt);
    expect([active(), active('other')]).toEqual([3, 1]);
    expect(['one', 'other', 'third', 'stranger'].map(opened)).toEqual([1, 1, 1, 0]);
  });

  it('leave connections alone if more than one may be theirs', () => {
    const { sessions, active, connection } = keeper();
    sessions.introduced(connection(), '2025-11-25', 'one');
    sessions.introduced(connection(), '2025-11-25', 'other');
    sessions.given('session', 0);
    expect([active(), active('other')]).toEqual([1, 2]);
  });

  it('leave connections alone whose handshake was before', () => {
    const { sessions, active, connection } = keeper();
    sessions.introduced(connection(), '2025-11-25', 'one');
    vi.advanceTimersByTime(1);
    sessions.given('session', performance.now());
    expect([active(), active('other')]).toEqual([1, 1]);
  });

  it('leave connections alone as long as no exchange may belong to one', () => {
    const { sessions, active, connection } = keeper();
    sessions.posts = 0;
    expect(sessions.introduced(connection(), '2025-11-25', 'one')).toBe(false);
    sessions.given('session', 0);
    expect([active(), active('other')]).toEqual([1, 1]);
  });

  it('no longer exist after the toolkit was closed', () => {
    const { sessions } = keeper();
    sessions.close();
    sessions.given('late', 0);
    expect(sessions.isEmpty).toBe(true);
  });
});
