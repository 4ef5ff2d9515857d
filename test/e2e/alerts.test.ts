import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Collector } from '../../scripts/collector/collector.js';
import { body } from '../integration/http/requests.js';
import { Alerting } from '../support/alerting.js';
import { Backups } from '../support/backups.js';
import { ContainerStandIn, NAMESPACE } from '../support/container-stand-in.js';
import { type Database, postgresServer, redisServer } from '../support/database.js';
import { Disk } from '../support/disk.js';
import { Exporters } from '../support/exporters.js';
import { FaultyServer } from '../support/faulty-server.js';
import { until } from '../support/until.js';

/** Five minutes take three seconds. */
const SCALE = 0.01;
/** What an alert takes at that speed, and a machine that is busy. */
const ARRIVES_MS = 50_000;

let servers: [FaultyServer, FaultyServer];
let redis: Database;
let postgres: Database;
let disk: Disk;
let collector: Collector;
let exporters: Exporters;
let container: ContainerStandIn;
let backups: Backups;
let alerting: Alerting;

beforeAll(async () => {
  collector = await Collector.start();
  servers = await Promise.all([FaultyServer.start(exportingTo(collector)), FaultyServer.start()]);
  redis = redisServer();
  postgres = postgresServer();
  disk = new Disk();
  exporters = new Exporters();
  container = await ContainerStandIn.open({ target: servers[0].target, pod: 'pod-0' });
  backups = new Backups();
  await backups.run(true);
  await Promise.all([redis.start(), postgres.start()]);
  for (const server of servers) {
    server.load('work', 0, 50);
    server.load('wait', 5, 50);
  }
  alerting = await Alerting.start(
    [
      { name: 'pmcp', targets: servers.map(({ target }, index) => pod(target, index)) },
      { name: 'redis', targets: [{ address: await exporters.redis(redis) }] },
      // It tries for some seconds to connect before it says that PostgreSQL is down.
      { name: 'postgres', targets: [{ address: await exporters.postgres(postgres) }], interval: '5s' },
      { name: 'node', targets: [{ address: await disk.start() }] },
      { name: 'cadvisor', targets: [{ address: container.target }] },
      { name: 'backup', targets: [{ address: await exporters.textfiles(backups.folder) }] },
    ],
    {
      scale: SCALE,
      scrapeInterval: '30s',
      // A slow tool must end within the test.
      thresholds: { toolSeconds: 1, silentSubscriptionCount: 6 },
      // These take hours and days.
      change: { PmcpTasksStuck: { for: '5m' }, PmcpSubscriptionsSilent: { for: '5m' } },
      // What else this machine has may be full.
      selectors: { disks: { mountpoint: disk.mountpoint, fstype: 'tmpfs' } },
    },
  );
});

afterAll(async () => {
  await alerting?.stop();
  await Promise.all(servers.map((server) => server.stop()));
  await exporters?.stop();
  await container?.close();
  backups.remove();
  await Promise.all([redis, postgres, disk].map((part) => part.remove()));
  await collector.stop();
});

/** A server that soon notices when nobody takes its spans. */
function exportingTo({ url }: Collector): Record<string, string> {
  return {
    OTEL_EXPORTER_OTLP_ENDPOINT: url,
    OTEL_EXPORTER_OTLP_TIMEOUT: '3000',
    OTEL_BSP_SCHEDULE_DELAY: '200',
  };
}

function pod(address: string, index: number) {
  return { address, labels: { namespace: NAMESPACE, pod: `pod-${index}` } };
}

/** Names of what was delivered, each once. */
function delivered(): string[] {
  return [...new Set(alerting.inbox.alerts.map(({ labels }) => labels.alertname))].sort();
}

describe('a calm run', () => {
  it('delivers nothing but the Watchdog, again and again', async () => {
    await delay(40_000);
    expect(delivered()).toEqual([]);
    expect(alerting.inbox.heartbeats).toBeGreaterThan(3);
  });
});

interface Fault {
  readonly what: string;
  readonly alert: string;
  /** What the message must say. */
  readonly says: RegExp;
  /** Begins the fault, and gives what ends it. */
  begin(): Promise<() => Promise<unknown> | unknown>;
}

/** Everybody is refused, by both pods. */
function everybody(reason: string): Fault['begin'] {
  return async () => {
    await Promise.all(servers.map((server) => server.set(reason)));
    return () => Promise.all(servers.map((server) => server.set('well')));
  };
}

const turnedAway: readonly Fault[] = [
  {
    what: 'a deploy breaks the issuer',
    alert: 'PmcpAuthorisationFailing',
    says: /shop\/pmcp answered \d+\.?\d*% of all HTTP requests in the last 5 minutes with 401/,
    begin: everybody('issuer'),
  },
  {
    what: 'clients ask for a scope that they never get',
    alert: 'PmcpScopeLoop',
    says: /with 403 for want of a scope/,
    begin: everybody('scope'),
  },
  {
    what: 'clients are told to ask less often',
    alert: 'PmcpClientsLimited',
    says: /in the last 5 minutes with 429/,
    begin: everybody('limit'),
  },
];

const faults: readonly Fault[] = [
  {
    what: 'a server is killed',
    alert: 'PmcpTargetDown',
    says: /has not answered Prometheus/,
    begin: async () => {
      await servers[0].kill();
      return () => servers[0].start();
    },
  },
  {
    what: 'a tool fails',
    alert: 'PmcpToolErrors',
    says: /of the calls of the tool fail of shop\/pmcp failed/,
    begin: async () => servers[0].load('fail', 0, 700),
  },
  {
    what: 'a tool is slow',
    alert: 'PmcpToolSlow',
    says: /of the tool sleep of shop\/pmcp .+ took longer than 1 s/,
    begin: async () => {
      const loads = Array.from({ length: 3 }, () => servers[1].load('sleep', 1_500, 0));
      return () => Promise.all(loads.map((stop) => stop()));
    },
  },
  {
    what: 'the event loop is blocked',
    alert: 'PmcpEventLoopBlocked',
    says: /runs \d+\.?\d*ms late/,
    begin: async () => servers[1].load('block', 260, 20),
  },
  {
    what: 'a server leaks memory',
    alert: 'PmcpMemoryNearLimit',
    says: /container server of shop\/pod-0 uses 1?\d\d\.?\d*% of its memory/,
    begin: async () => {
      const stop = servers[0].load('leak', 0, 50);
      return async () => {
        await stop();
        await servers[0].call('mend');
      };
    },
  },
  {
    what: 'connections come near the limit',
    alert: 'PmcpConnectionsNearLimit',
    says: /uses \d+% of the connections/,
    begin: async () => {
      const loads = Array.from({ length: 9 }, () => servers[0].load('wait', 800, 0));
      return () => Promise.all(loads.map((stop) => stop()));
    },
  },
  {
    what: 'Redis stops',
    alert: 'PmcpRedisDown',
    says: /can not connect to its Redis/,
    begin: async () => {
      await redis.stop();
      return () => redis.start();
    },
  },
  {
    what: 'PostgreSQL stops',
    alert: 'PmcpPostgresDown',
    says: /can not connect to its PostgreSQL/,
    begin: async () => {
      await postgres.stop();
      return () => postgres.start();
    },
  },
  {
    what: 'a disk is full',
    alert: 'PmcpDiskAlmostFull',
    says: /Of the disk \S+ of \S+ 2\.\d+% is free/,
    begin: async () => {
      await disk.fill();
      return () => disk.empty();
    },
  },
  {
    what: 'the collector is cut off',
    alert: 'PmcpTelemetryDropped',
    says: /shop\/pmcp dropped \d+\.?\d* traces in the last 10 minutes/,
    begin: async () => {
      const { port } = collector;
      await collector.stop();
      return async () => {
        collector = await Collector.start({ port });
      };
    },
  },
  {
    what: 'a backup misses its time',
    alert: 'PmcpBackupTooOld',
    says: /job backup last succeeded/,
    begin: async () => {
      backups.age(100_000);
      return () => backups.run(true);
    },
  },
  {
    what: 'a backup fails',
    alert: 'PmcpBackupFailed',
    says: /backup job backup failed/,
    begin: async () => {
      await backups.run(false);
      return () => backups.run(true);
    },
  },
  ...turnedAway,
  {
    what: 'the handler answers with HTTP errors',
    alert: 'PmcpHttpErrors',
    says: /of the HTTP requests to shop\/pmcp in the last 5 minutes got a 5xx/,
    begin: async () => servers[0].repeat(2, ({ url }) => fetch(url, { headers: { 'x-fault': 'broken' } })),
  },
  {
    what: 'something before the server is slow',
    alert: 'PmcpHttpSlow',
    says: /waited longer than 5 s for the first byte/,
    begin: async () => {
      const stops = servers.map((server) =>
        server.repeat(15, () =>
          server.post(body('server/discover'), { 'x-fault': 'slow', 'mcp-method': 'server/discover' }),
        ),
      );
      return () => Promise.all(stops.map((stop) => stop()));
    },
  },
  {
    what: 'subscriptions come near their limit',
    alert: 'PmcpSubscriptionsNearLimit',
    says: /uses 100% of the subscription streams/,
    begin: async () => {
      const end = await servers[0].subscribe(5);
      // The handler shows its limit when it refuses.
      await servers[0].askForStream();
      return end;
    },
  },
  {
    what: 'streams carry nothing',
    alert: 'PmcpSubscriptionsSilent',
    says: /8 subscription streams to shop\/pmcp have carried nothing/,
    begin: async () => {
      const ends = await Promise.all(servers.map((server) => server.subscribe(4)));
      return () => {
        for (const end of ends) end();
      };
    },
  },
  {
    what: 'subscriptions are refused',
    alert: 'PmcpSubscriptionsRefused',
    says: /refused \d+\.?\d* subscription streams/,
    // Again and again, for a series that begins does not grow; and briefly, for near the limit is another alert.
    begin: async () =>
      servers[0].repeat(1, async (server) => {
        const end = await server.subscribe(5);
        for (let refused = 0; refused < 8; refused++) await server.askForStream();
        end();
        await delay(1_000);
      }),
  },
  {
    what: 'tasks do not end',
    alert: 'PmcpTasksStuck',
    says: /4 tasks of shop\/pmcp are in progress/,
    begin: async () => {
      const ids = ['a', 'b', 'c', 'd'];
      const poll = () =>
        Promise.all(ids.map((taskId) => servers[0].post(...about('tasks/get', { taskId }, taskId))));
      for (const taskId of ids) {
        await servers[0].post(...about('tools/call', { name: 'report', arguments: { taskId } }, 'report'));
      }
      const stop = servers[0].repeat(1, poll);
      return async () => {
        await servers[0].set('finish');
        await stop();
        await poll();
      };
    },
  },
  {
    what: 'users do not answer',
    alert: 'PmcpInputAbandoned',
    says: /The tool ask of shop\/pmcp asks its users/,
    begin: async () => {
      // Twice, for a series that begins does not grow.
      for (let turn = 0; turn < 2; turn++) {
        for (let call = 0; call < 15; call++) await servers[1].post(...asking());
        await servers[1].set('later');
        await delay(2_500);
      }
      return async () => {
        for (let turn = 0; turn < 20; turn++) {
          await servers[1].post(...asking());
          await servers[1].post(...asking({ answer: { action: 'accept', content: {} } }));
          await delay(100);
        }
      };
    },
  },
];

function asking(inputResponses?: object) {
  const params = { name: 'ask', arguments: {}, ...(inputResponses && { inputResponses }) };
  return about('tools/call', params, 'ask');
}

/** A message of protocol 2026-07-28 and its headers. */
function about(method: string, params: object, name: string): [object, Record<string, string>] {
  const message = body(method, params);
  const capabilities = { 'io.modelcontextprotocol/clientCapabilities': { elicitation: { form: {} } } };
  return [
    { ...message, params: { ...message.params, _meta: { ...message.params._meta, ...capabilities } } },
    { 'mcp-method': method, 'mcp-name': name },
  ];
}

describe('when', () => {
  beforeEach(() => alerting.inbox.empty());

  it.each(faults)('$what, $alert arrives alone, and resolves', async ({ alert, says, begin }) => {
    const end = await begin();
    try {
      const { annotations } = await alerting.inbox.waitFor(alert, 'firing', ARRIVES_MS);
      expect(annotations.description).toMatch(says);
      expect(annotations.runbook_url).toContain(`/${alert}.md`);
    } finally {
      await end();
    }
    await alerting.inbox.waitFor(alert, 'resolved', ARRIVES_MS);
    expect(delivered()).toEqual([alert]);
  });
});

describe('a server of which nothing is left', () => {
  it('is told once: its targets are silenced', async () => {
    alerting.inbox.empty();
    await Promise.all(servers.map((server) => server.kill()));
    try {
      await alerting.inbox.waitFor('PmcpAllTargetsDown', 'firing', ARRIVES_MS);
      const silenced = ['PmcpTargetDown', 'PmcpTargetDown'];
      await until(async () => `${await alerting.inhibited()}` === `${silenced}`, ARRIVES_MS);
      expect(delivered()).toEqual(['PmcpAllTargetsDown']);
    } finally {
      await Promise.all(servers.map((server) => server.start()));
    }
    await alerting.inbox.waitFor('PmcpAllTargetsDown', 'resolved', ARRIVES_MS);
  });
});
