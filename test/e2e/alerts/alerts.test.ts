import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Alerting } from '../../support/alerting.js';
import { ContainerStandIn } from '../../support/container-stand-in.js';
import type { Delivered } from '../../support/inbox.js';
import { until } from '../../support/until.js';
import { edgeFaults, type Fault, lastingFaults, needsFaults, processFaults } from './faults.js';
import { Needs } from './needs.js';
import { Place } from './place.js';

/** Five minutes pass in three seconds. */
const SCALE = 0.01;
/** When to give up: an alert takes seconds at that speed, but a busy machine is slow. */
const ARRIVES_MS = 120_000;
const CALM_MS = 40_000;

/** Faults of one place run one after the other; faults of different places run side by side. */
const faultsOf: Readonly<Record<string, readonly Fault<Place>[]>> = {
  'shop-a': processFaults,
  'shop-b': edgeFaults,
  'shop-c': lastingFaults,
};
const CALM = 'shop-d';
const NAMESPACES = [...Object.keys(faultsOf), CALM];

const places = new Map<string, Place>();
const needs = new Needs();
let containers: ContainerStandIn;
let alerting: Alerting;

beforeAll(async () => {
  const opened = await Promise.all(NAMESPACES.map((namespace) => Place.open(namespace)));
  for (const place of opened) places.set(place.namespace, place);
  containers = await ContainerStandIn.open(opened.flatMap((place) => place.containers));
  alerting = await Alerting.start(
    [
      { name: 'pmcp', targets: opened.flatMap(({ targets }) => targets) },
      { name: 'cadvisor', targets: [{ address: containers.target }] },
      ...(await needs.start()),
    ],
    {
      scale: SCALE,
      scrapeInterval: '30s',
      // A slow tool must end within the test.
      thresholds: { toolSeconds: 1, silentSubscriptionCount: 6 },
      // By default these take hours or days.
      change: { PmcpTasksStuck: { for: '5m' }, PmcpSubscriptionsSilent: { for: '5m' } },
      // Other disks of this machine may be full.
      selectors: { disks: { mountpoint: needs.disk.mountpoint, fstype: 'tmpfs' } },
    },
  );
});

afterAll(async () => {
  await alerting?.stop();
  await containers?.close();
  await Promise.all([...places.values()].map((place) => place.close()));
  await needs.stop();
});

const isOf = (namespace: string) => (alert: Delivered) => alert.labels.namespace === namespace;
const isOfNoPlace = (alert: Delivered) => !NAMESPACES.includes(`${alert.labels.namespace}`);

/** Returns the name of each alert once. */
function names(alerts: readonly Delivered[]): string[] {
  return [...new Set(alerts.map(({ labels }) => labels.alertname))].sort();
}

/** Describes alerts for an engineer who must find out why an unexpected one arrived. */
function described(alerts: readonly Delivered[]): string {
  return alerts
    .map(({ labels, annotations }) => `${labels.alertname}: ${annotations.description}`)
    .join('\n');
}

async function arrivesAloneAndResolves<Where>(
  { alert, says, begin }: Fault<Where>,
  where: Where,
  belongs: (alert: Delivered) => boolean,
): Promise<void> {
  const post = alerting.inbox.from(belongs);
  const end = await begin(where);
  try {
    const { annotations } = await post.waitFor(alert, 'firing', ARRIVES_MS);
    expect(annotations.description).toMatch(says);
    expect(annotations.runbook_url).toContain(`/${alert}.md`);
  } finally {
    await end();
  }
  await post.waitFor(alert, 'resolved', ARRIVES_MS);
  expect(names(post.alerts), described(post.alerts)).toEqual([alert]);
}

describe.concurrent('a calm run', () => {
  it('delivers only the Watchdog, repeatedly', async () => {
    const { inbox } = alerting;
    const post = inbox.from(isOf(CALM));
    const before = inbox.heartbeats;
    await delay(CALM_MS);
    expect(names(post.alerts), described(post.alerts)).toEqual([]);
    expect(inbox.heartbeats - before).toBeGreaterThan(3);
  });
});

describe.concurrent.each(Object.entries(faultsOf))('a fault in the namespace %s', (namespace, faults) => {
  it.sequential.each(faults)('delivers $alert alone when $what, and resolves it', (fault) =>
    arrivesAloneAndResolves(fault, places.get(namespace) as Place, isOf(namespace)),
  );
});

describe.concurrent('a fault of what all servers need', () => {
  it.sequential.each(needsFaults)('delivers $alert alone when $what, and resolves it', (fault) =>
    arrivesAloneAndResolves(fault, needs, isOfNoPlace),
  );
});

describe('a server that lost all its targets', () => {
  it('is reported by one alert: the alerts about its targets are silenced', async () => {
    const { namespace, servers } = places.get(CALM) as Place;
    const post = alerting.inbox.from(isOf(namespace));
    await Promise.all(servers.map((server) => server.kill()));
    try {
      await post.waitFor('PmcpAllTargetsDown', 'firing', ARRIVES_MS);
      const silenced = ['PmcpTargetDown', 'PmcpTargetDown'];
      await until(async () => `${await alerting.inhibited()}` === `${silenced}`);
      expect(names(post.alerts)).toEqual(['PmcpAllTargetsDown']);
    } finally {
      await Promise.all(servers.map((server) => server.start()));
    }
    await post.waitFor('PmcpAllTargetsDown', 'resolved', ARRIVES_MS);
  });
});
