import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Databases } from '../e2e/dashboards/databases.js';
import { Probed } from '../e2e/dashboards/probed.js';
import { temporaryFolder } from '../fixtures/temporary-folder.js';
import { Alerting } from '../support/alerting.js';
import { Backups } from '../support/backups.js';
import { type Database, host } from '../support/database.js';
import { Exporters } from '../support/exporters.js';

/** Five minutes pass in three seconds. */
const SCALE = 0.01;
const ARRIVES_MS = 120_000;
const MEBIBYTE = 2 ** 20;

const exporters = new Exporters();
const databases = new Databases(exporters);
const backups = new Backups();
let probed: Probed;
let alerting: Alerting;

beforeAll(async () => {
  const [{ redis, postgres }] = await Promise.all([
    databases.start(),
    backups.write(MEBIBYTE),
    backups.restore(),
  ]);
  probed = await Probed.start();
  const exporter = await exporters.blackbox(temporaryFolder('blackbox'));
  alerting = await Alerting.start(
    [
      // Of Redis only the replica, for the master will stop.
      { name: 'redis', targets: [{ address: redis[1] }] },
      { name: 'postgres', targets: postgres.map((address) => ({ address })) },
      { name: 'backup', targets: [{ address: await exporters.textfiles(backups.folder) }] },
      {
        name: 'blackbox',
        path: '/probe',
        params: { module: ['tls'], target: [probed.address] },
        targets: [{ address: exporter, labels: { instance: probed.address } }],
        // A probe that is late on a busy machine would make the alert wait anew.
        interval: '5s',
      },
    ],
    {
      scale: SCALE,
      scrapeInterval: '30s',
      thresholds: { postgresLagSeconds: 5 },
      // There is no server.
      change: { PmcpTargetsAbsent: false },
    },
  );
});

afterAll(async () => {
  await alerting?.stop();
  await exporters.stop();
  await databases.stop();
  probed?.stop();
  backups.remove();
});

async function asked({ port }: Database, sql: string): Promise<void> {
  const client = new pg.Client({ host, port, user: 'postgres' });
  await client.connect();
  await client.query(sql);
  await client.end();
}

interface Fault {
  readonly what: string;
  readonly alert: string;
  readonly says: RegExp;
  /** Begins the fault, and returns what ends it. */
  begin(): Promise<() => unknown>;
}

const FAULTS: readonly Fault[] = [
  {
    what: 'a standby of PostgreSQL does not replay what it gets',
    alert: 'PmcpPostgresReplicationLag',
    says: /^The replica of \S+ is \d+(\.\d+)?s behind/,
    begin: async () => {
      const { postgres } = databases.replicas;
      await asked(postgres, 'SELECT pg_wal_replay_pause()');
      return () => asked(postgres, 'SELECT pg_wal_replay_resume()');
    },
  },
  {
    what: 'the master of a Redis stops',
    alert: 'PmcpRedisReplicationBroken',
    says: /^The Redis of \S+ has no link to 127\.0\.0\.1\./,
    begin: async () => {
      await databases.redis.stop();
      return () => databases.redis.start();
    },
  },
  {
    what: 'a certificate was not renewed',
    alert: 'PmcpCertificateExpiring',
    says: /^The certificate of 127\.0\.0\.1:\d+ expires in [23]d /,
    begin: async () => {
      await probed.renew(3);
      return () => probed.renew(90);
    },
  },
  {
    what: 'a backup has hardly any content',
    alert: 'PmcpBackupSmall',
    says: /^The last backup of backup has \d+(\.\d+)?% of the size/,
    begin: async () => {
      await backups.write(MEBIBYTE / 100);
      return () => backups.write(MEBIBYTE);
    },
  },
  {
    what: 'nothing tells of the backup any more',
    alert: 'PmcpBackupMissing',
    says: /^Nothing reports a success of the backup job backup,/,
    begin: async () => {
      backups.forget();
      return () => backups.write(MEBIBYTE);
    },
  },
];

describe('what stands beside the servers', () => {
  it.each(FAULTS)('delivers $alert alone when $what, and resolves it', async ({ alert, says, begin }) => {
    const post = alerting.inbox.from(() => true);
    const end = await begin();
    try {
      const { annotations } = await post.waitFor(alert, 'firing', ARRIVES_MS);
      expect(annotations.description).toMatch(says);
    } finally {
      await end();
    }
    await post.waitFor(alert, 'resolved', ARRIVES_MS);
    expect([...new Set(post.alerts.map(({ labels }) => labels.alertname))]).toEqual([alert]);
  });
});
