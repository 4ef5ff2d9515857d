import { catalog } from '@pmcp/observability/catalog';
import { afterEach, describe, expect, it } from 'vitest';
import { until } from '../support/until.js';
import type { Host } from './scenarios/host.js';
import { hosts } from './scenarios/hosts.js';
import { httpHosts } from './scenarios/http-hosts.js';
import { begun, growth, series, total } from './scenarios/metrics.js';
import { always, both, type Cases, caseOf, legacy, stateless } from './scenarios/row.js';
import { active, begin, call, openScene, renewed, type Scene, settled } from './scenarios/scene.js';

/** Long enough to be noticed first, also on a busy machine. */
const LONG_IDLE_MS = 1_000;
const NEVER_IDLE = 300_000;
const { activeConnections, connections } = catalog;

let scene: Scene | undefined;
afterEach(() => scene?.running.close());

async function open(host: Host, idleTimeoutMs?: number): Promise<Scene> {
  scene = await openScene(host, idleTimeoutMs);
  return scene;
}

function named(...titles: string[]): readonly Host[] {
  return titles.map((title) => {
    const host = hosts.find((host) => host.title === title);
    if (host === undefined) throw new Error(`no host ${title}`);
    return host;
  });
}

describe.each(hosts)('connections of $title', (host) => {
  const of = (version: string, client: string) => series(connections, [host.transport, version, client]);
  const expected: Cases = [
    // Of stateless exchanges, only the handshake identifies the client.
    [both(legacy, stateless), { [of('2025-11-25', 'tester')]: 1, [of('2025-11-25', 'unknown')]: 3 }],
    [legacy, { [of('2025-11-25', 'tester')]: 1 }],
    [stateless, { [of('2026-07-28', 'tester')]: 3 }],
    [always, { [of('2026-07-28', 'tester')]: 1 }],
  ];

  it('are active while open, end once, and have transport, version and client', async () => {
    const scene = await open(host, NEVER_IDLE);
    await call(scene, 'echo', { text: 'hello' });
    await active(scene, host.session ? 1 : 0);
    await begin(scene, 'hangs');
    await active(scene, 1);
    await settled(scene);
    expect(begun(await scene.running.metrics())).toEqual(caseOf(host, expected));
  });
});

const statefulHosts = named('v1 over stateful HTTP', 'v2 over stateful HTTP, legacy client');

describe.each(statefulHosts)('a session of $title', (host) => {
  it('ends when it is deleted', async () => {
    const scene = await open(host, NEVER_IDLE);
    await active(scene, 1);
    await settled(scene);
  });

  it('ends some time after its client vanished', async () => {
    const scene = await open(host, LONG_IDLE_MS);
    await active(scene, 1);
    await scene.peer.vanish();
    await settled(scene);
  });

  it('counts as a new one when its client comes back after that', async () => {
    const scene = await open(host, LONG_IDLE_MS);
    scene.running.cut?.();
    await active(scene, 0);
    await call(scene, 'echo', { text: 'hello again' });
    await settled(scene);
    const label = [host.transport, '2025-11-25', 'tester'];
    expect(begun(await scene.running.metrics())).toEqual({ [series(connections, label)]: 2 });
  });

  it('stays active while it has an open stream, which is no request', async () => {
    const scene = await renewed(await open(host, LONG_IDLE_MS));
    const end = performance.now() + 2 * LONG_IDLE_MS;
    await until(async () => {
      expect(total(await scene.running.metrics(), activeConnections)).toBe(1);
      return performance.now() > end;
    });
    expect(growth(scene.before, await scene.running.metrics())).toEqual({});
  });
});

describe.each(httpHosts.filter(({ transport }) => transport === 'sse'))('a stream of $title', (host) => {
  it('ends its connection when its socket closes', async () => {
    const scene = await open(host);
    await active(scene, 1);
    scene.running.cut?.();
    await active(scene, 0);
  });

  it('is a connection of an unknown client when it closes before the handshake', async () => {
    const running = await host.open();
    const stream = await fetch(running.url);
    running.cut();
    await expect(stream.text()).rejects.toThrow();
    const unknown = series(connections, [host.transport, 'unknown', 'unknown']);
    await expect.poll(async () => begun(await running.metrics())).toEqual({ [unknown]: 1 });
    await running.close();
  });
});

describe.each(hosts.filter(stateless))('an exchange of $title', (host) => {
  it('ends its connection when its socket closes', async () => {
    const scene = await open(host);
    await begin(scene, 'hangs');
    await active(scene, 1);
    scene.running.cut?.();
    await active(scene, 0);
  });
});
