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

describe('sessions that only their exchanges tell of', () => {
  it('are kept up to a limit; the oldest that is idle gives way, none that is open does', () => {
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

  it.each(['', 'x'.repeat(1_025)])('are not kept under an id of no use, or a long one', (id) => {
    const { sessions } = keeper();
    sessions.given(id, 0);
    expect(sessions.isEmpty).toBe(true);
  });

  it('are none where a transport stands for them', () => {
    const { sessions, idle, active } = keeper();
    idle.add({ sessionId: 'known', lastActivity: 0, isInUse: true, closed: () => {} });
    sessions.given('known', 0);
    expect([sessions.isEmpty, active()]).toEqual([true, 0]);
  });

  it('take the place of the connection that they came by, and are those of its clients', () => {
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
    // Once it is known, another one that shakes hands in the meantime does no harm.
    const startedAt = performance.now();
    sessions.introduced(stranger, '2025-11-25', 'stranger');
    sessions.introduced(shared, '2025-11-25', 'third');
    sessions.given('session of third', startedAt);
    expect([active(), active('other')]).toEqual([3, 1]);
    expect(['one', 'other', 'third', 'stranger'].map(opened)).toEqual([1, 1, 1, 0]);
  });

  it('leave connections alone of which any may be the one that they came by', () => {
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

  it('leave connections alone as long as there are no exchanges that may carry one', () => {
    const { sessions, active, connection } = keeper();
    sessions.posts = 0;
    expect(sessions.introduced(connection(), '2025-11-25', 'one')).toBe(false);
    sessions.given('session', 0);
    expect([active(), active('other')]).toEqual([1, 1]);
  });

  it('are none any more once the toolkit is closed', () => {
    const { sessions } = keeper();
    sessions.close();
    sessions.given('late', 0);
    expect(sessions.isEmpty).toBe(true);
  });
});
