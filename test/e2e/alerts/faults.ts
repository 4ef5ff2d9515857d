import { setTimeout as delay } from 'node:timers/promises';
import { body } from '../../integration/http/requests.js';
import type { Needs } from './needs.js';
import type { Place } from './place.js';

export interface Fault<Where> {
  readonly what: string;
  readonly alert: string;
  /** What the message of the alert must contain. */
  readonly says: RegExp;
  /** Begins the fault, and returns a function that ends it. */
  begin(where: Where): Promise<() => Promise<unknown> | unknown>;
}

/** Faults of processes and of their work. */
export const processFaults: readonly Fault<Place>[] = [
  {
    what: 'a server is killed',
    alert: 'PmcpTargetDown',
    says: /has not answered Prometheus/,
    begin: async ({ servers }) => {
      await servers[0].kill();
      return () => servers[0].start();
    },
  },
  {
    what: 'a tool fails',
    alert: 'PmcpToolErrors',
    says: /of the calls of the tool fail of shop-.\/pmcp failed/,
    begin: async ({ servers }) => servers[0].load('fail', 0, 700),
  },
  {
    what: 'a tool is slow',
    alert: 'PmcpToolSlow',
    says: /of the tool sleep of shop-.\/pmcp .+ took longer than 1 s/,
    begin: async ({ servers }) => {
      const loads = Array.from({ length: 3 }, () => servers[1].load('sleep', 1_500, 0));
      return () => Promise.all(loads.map((stop) => stop()));
    },
  },
  {
    what: 'the event loop is blocked',
    alert: 'PmcpEventLoopBlocked',
    says: /runs \d+\.?\d*ms late/,
    begin: async ({ servers }) => servers[1].load('block', 260, 250),
  },
  {
    what: 'a server leaks memory',
    alert: 'PmcpMemoryNearLimit',
    says: /container server of shop-.\/pod-0 uses 1?\d\d\.?\d*% of its memory/,
    begin: async ({ servers }) => {
      const stop = servers[0].load('leak', 0, 50);
      return async () => {
        await stop();
        await servers[0].call('mend');
      };
    },
  },
  {
    what: 'connections are near the limit',
    alert: 'PmcpConnectionsNearLimit',
    says: /uses \d+% of its limit of connections/,
    begin: async ({ servers }) => {
      const loads = Array.from({ length: 9 }, () => servers[0].load('wait', 800, 0));
      return () => Promise.all(loads.map((stop) => stop()));
    },
  },
];

/** Makes both pods refuse every client. */
function everybody(reason: string): Fault<Place>['begin'] {
  return async ({ servers }) => {
    await Promise.all(servers.map((server) => server.set(reason)));
    return () => Promise.all(servers.map((server) => server.set('well')));
  };
}

/** Faults of the infrastructure around the server. */
export const edgeFaults: readonly Fault<Place>[] = [
  {
    what: 'the collector is cut off',
    alert: 'PmcpTelemetryDropped',
    says: /shop-.\/pmcp dropped \d+\.?\d* traces in the last 10 minutes/,
    begin: async ({ collector }) => {
      collector.stop();
      return () => collector.start();
    },
  },
  {
    what: 'a deployment breaks the token issuer',
    alert: 'PmcpAuthorisationFailing',
    says: /shop-.\/pmcp answered \d+\.?\d*% of all HTTP requests in the last 5 minutes with 401/,
    begin: everybody('issuer'),
  },
  {
    what: 'clients request a scope that they never get',
    alert: 'PmcpScopeLoop',
    says: /with 403 because a scope is missing/,
    begin: everybody('scope'),
  },
  {
    what: 'clients get 429',
    alert: 'PmcpClientsLimited',
    says: /in the last 5 minutes with 429/,
    begin: everybody('limit'),
  },
  {
    what: 'the handler answers with HTTP errors',
    alert: 'PmcpHttpErrors',
    says: /of the HTTP requests to shop-.\/pmcp in the last 5 minutes got a 5xx/,
    begin: async ({ servers }) =>
      servers[0].repeat(2, ({ url }) => fetch(url, { headers: { 'x-fault': 'broken' } })),
  },
];

/** Faults of what lasts long: streams, tasks, and users who are asked. */
export const lastingFaults: readonly Fault<Place>[] = [
  {
    what: 'a component in front of the server is slow',
    alert: 'PmcpHttpSlow',
    says: /waited longer than 5 s for the first byte/,
    begin: async ({ servers }) => {
      const stops = servers.map((server) =>
        server.repeat(15, () =>
          server.post(body('server/discover'), { 'x-fault': 'slow', 'mcp-method': 'server/discover' }),
        ),
      );
      return () => Promise.all(stops.map((stop) => stop()));
    },
  },
  {
    what: 'subscriptions are near their limit',
    alert: 'PmcpSubscriptionsNearLimit',
    says: /uses 100% of its limit of subscription streams/,
    begin: async ({ servers }) => {
      const end = await servers[0].subscribe(5);
      // The handler shows its limit when it refuses.
      await servers[0].askForStream();
      return end;
    },
  },
  {
    what: 'streams carry no messages',
    alert: 'PmcpSubscriptionsSilent',
    says: /8 subscription streams to shop-.\/pmcp have carried nothing/,
    begin: async ({ servers }) => {
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
    // Refuses repeatedly, because the first sample of a series is no increase; and briefly, because another
    // alert reports a server near its limit.
    begin: async ({ servers }) =>
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
    says: /\d tasks of shop-.\/pmcp are in progress/,
    begin: async ({ servers }) => {
      const ids = ['a', 'b', 'c', 'd'];
      const poll = () => Promise.all(ids.map((taskId) => servers[0].askForTask(taskId)));
      for (const taskId of ids) await servers[0].beginTask(taskId);
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
    says: /The tool ask of shop-.\/pmcp asks its users/,
    begin: async ({ servers }) => {
      // Twice, because the first sample of a series is no increase.
      for (let turn = 0; turn < 2; turn++) {
        for (let call = 0; call < 15; call++) await servers[1].ask();
        await servers[1].set('later');
        await delay(2_500);
      }
      return async () => {
        for (let turn = 0; turn < 20; turn++) {
          await servers[1].ask();
          await servers[1].ask({ answer: { action: 'accept', content: {} } });
          await delay(100);
        }
      };
    },
  },
];

/** Faults of the services that the servers need. */
export const needsFaults: readonly Fault<Needs>[] = [
  {
    what: 'Redis stops',
    alert: 'PmcpRedisDown',
    says: /cannot connect to its Redis/,
    begin: async ({ redis }) => {
      await redis.stop();
      return () => redis.start();
    },
  },
  {
    what: 'PostgreSQL stops',
    alert: 'PmcpPostgresDown',
    says: /cannot connect to its PostgreSQL/,
    begin: async ({ postgres }) => {
      await postgres.stop();
      return () => postgres.start();
    },
  },
  {
    what: 'a disk is full',
    alert: 'PmcpDiskAlmostFull',
    says: /Only 2\.\d+% of the disk \S+ of \S+ is free/,
    begin: async ({ disk }) => {
      await disk.fill();
      return () => disk.empty();
    },
  },
  {
    what: 'a backup is late',
    alert: 'PmcpBackupTooOld',
    says: /job backup last succeeded/,
    begin: async ({ backups }) => {
      backups.age(100_000);
      return () => backups.run(true);
    },
  },
  {
    what: 'a backup fails',
    alert: 'PmcpBackupFailed',
    says: /backup job backup failed/,
    begin: async ({ backups }) => {
      await backups.run(false);
      return () => backups.run(true);
    },
  },
];
