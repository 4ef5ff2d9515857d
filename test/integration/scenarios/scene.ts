import { randomUUID } from 'node:crypto';
import type { Options } from '@pmcp/observability';
import { catalog } from '@pmcp/observability/catalog';
import { expect } from 'vitest';
import type { Samples } from '../../support/exposition.js';
import type { Host, Running } from './host.js';
import { type Growth, growth, total } from './metrics.js';
import type { Peer } from './peers.js';
import { listsFirst } from './row.js';

/** The stage of a scenario: a running server, its clients, and the metrics at the beginning. */
export interface Scene {
  readonly host: Host;
  readonly running: Running;
  readonly peer: Peer;
  readonly before: Samples;
  /** A key for doors that no other scene uses. */
  readonly key: string;
}

const { activeConnections, connections, connectionDuration, requestsInFlight } = catalog;

const IDLE_TIMEOUT_MS = 100;

/** Starts a server and a client for it. */
export async function openScene(
  host: Host,
  idleTimeoutMs = IDLE_TIMEOUT_MS,
  options: Options = {},
): Promise<Scene> {
  const running = await host.open({ connections: { idleTimeoutMs }, ...options });
  const before = host.isShared ? await running.metrics() : new Map<string, number>();
  return { host, running, peer: await join(host, running), before, key: '' };
}

/** Connects a client, which lists the tools if that is how their names become known. */
export async function join(host: Host, running: Running): Promise<Peer> {
  const peer = await running.connect();
  if (listsFirst(host)) await peer.request('tools/list');
  return peer;
}

/** Returns the same scene for the next scenario, which counts from here. */
export async function renewed(scene: Scene): Promise<Scene> {
  return { ...scene, before: await scene.running.metrics(), key: randomUUID() };
}

/** Waits until the metrics have grown by exactly this. On a timeout it fails with the difference. */
export async function grown({ running, before }: Scene, expected: Growth): Promise<void> {
  const actual = async () => growth(before, await running.metrics());
  await expect.poll(actual).toEqual(expected);
}

/** Waits until this many connections are open. */
export async function active({ running }: Scene, count: number): Promise<void> {
  const actual = async () => total(await running.metrics(), activeConnections);
  await expect.poll(actual).toBe(count);
}

/** After its client has disconnected, nothing is open, and every connection that began has ended. */
export async function settled({ running, peer }: Scene): Promise<void> {
  await tried(peer.leave());
  const open = async () => {
    const samples = await running.metrics();
    return {
      active: total(samples, activeConnections),
      inFlight: total(samples, requestsInFlight),
      begunAndNotEnded: total(samples, connections) - total(samples, connectionDuration),
    };
  };
  await expect.poll(open).toEqual({ active: 0, inFlight: 0, begunAndNotEnded: 0 });
}

export function call({ peer }: Pick<Scene, 'peer'>, tool: string, args: object = {}) {
  return peer.request('tools/call', { name: tool, arguments: args });
}

/** Begins a call without waiting for it: the metrics show its progress. */
export async function begin(scene: Scene, tool: string, args: object = {}): Promise<void> {
  call(scene, tool, args).catch(() => {});
}

/** Ignores the rejection of a request that is answered with an error: the metrics show which. */
export async function tried(promise: Promise<unknown>): Promise<void> {
  await promise.catch(() => {});
}
