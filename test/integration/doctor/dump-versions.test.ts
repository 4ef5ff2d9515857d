import { describe, expect, it } from 'vitest';
import { composed, service } from '../../support/composed.js';
import { diagnosis } from '../../support/doctor.js';
import { manifests, POD_MONITOR } from '../../support/monitored-manifests.js';

const DATA = 'volumeMounts: [{ name: data, mountPath: /data }]';
const postgres = (image: string) => `---
apiVersion: v1
kind: Service
metadata: { name: db, namespace: shop }
spec: { selector: { app: db }, ports: [{ port: 5432 }] }
---
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: postgres, namespace: shop }
spec:
  serviceName: db
  selector: { matchLabels: { app: db } }
  template:
    metadata: { labels: { app: db } }
    spec: { containers: [{ name: postgres, image: '${image}', env: [{ name: PGDATA, value: /data }], ${DATA} }] }
  volumeClaimTemplates: [{ metadata: { name: data }, spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } } }]
`;
const cluster = (image: string) => `---
apiVersion: postgresql.cnpg.io/v1
kind: Cluster
metadata: { name: db, namespace: shop }
spec: { instances: 3, imageName: '${image}', storage: { size: 1Gi } }
`;
const job = (image: string, command: string, env = '') => `---
apiVersion: batch/v1
kind: CronJob
metadata: { name: backup, namespace: shop }
spec:
  schedule: 17 2 * * *
  jobTemplate: { spec: { template: { spec: { restartPolicy: Never, containers: [{ name: backup, image: '${image}', command: ${command}, env: [${env}] }] } } } }
`;
const DUMP = '[pg_dump, --host=db, --file=/backup/a, notes]';
const OLD = 'of version 17 with pg_dump of version 15';

describe('the doctor before a backup of PostgreSQL', () => {
  it.concurrent.each([
    [postgres('postgres:17.6') + job('postgres:15', DUMP), 'StatefulSet postgres'],
    [
      postgres('postgres:17-alpine') +
        job('docker.io/library/postgres:15.4-alpine', "[sh, -c, 'pg_dump -h db notes > /backup/a']"),
      'StatefulSet postgres',
    ],
    [
      postgres('pgvector/pgvector:pg17') + job('postgres:15', "[pg_dump, '--host', db.shop.svc, notes]"),
      'StatefulSet postgres',
    ],
    [
      postgres('timescale/timescaledb:2.21.0-pg17') +
        job('postgres:15', "[sh, -c, 'pg_dump postgres://notes@db/notes']"),
      'StatefulSet postgres',
    ],
    [
      postgres('postgres:17') +
        job('bitnami/postgresql:15.4.0', "[sh, -c, 'pg_dumpall']", '{ name: PGHOST, value: db }'),
      'StatefulSet postgres',
    ],
    [
      cluster('ghcr.io/cloudnative-pg/postgresql:17.2') + job('postgres:15', '[pg_dump, -h, db-rw, notes]'),
      'Cluster db',
    ],
  ])('says that its pg_dump is too old: %#', async (objects, server) => {
    expect(await diagnosis({ manifests: manifests(POD_MONITOR + objects, []) })).toEqual({
      'PMCP-D442': [`CronJob backup dumps ${server} ${OLD}`],
    });
  });

  it.concurrent.each<readonly [string, string]>([
    ['the same version', postgres('postgres:17.6') + job('postgres:17.2', DUMP)],
    ['a newer one', postgres('postgres:15') + job('postgres:17', DUMP)],
    ['a server that is elsewhere', job('postgres:15', DUMP)],
    ['another server', postgres('postgres:17') + job('postgres:15', '[pg_dump, -h, other, notes]')],
    [
      'a server of another namespace',
      postgres('postgres:17') + job('postgres:15', '[pg_dump, -h, db.crm, notes]'),
    ],
    ['an image of its own', postgres('postgres:17') + job('registry.example.com/backup:3', DUMP)],
    ['a version that nobody names', postgres('postgres:17') + job('postgres@sha256:aa', DUMP)],
    ['a TimescaleDB without one', postgres('timescale/timescaledb:2.21.0') + job('postgres:15', DUMP)],
    [
      'an old client that only asks',
      postgres('postgres:17') + job('postgres:15', '[psql, -h, db, -c, select 1]'),
    ],
  ])('finds no pg_dump too old with %s', async (_, objects) => {
    const found = await diagnosis({ manifests: manifests(POD_MONITOR + objects, []) });
    expect(Object.keys(found)).not.toContain('PMCP-D442');
  });

  const server = (image: string) =>
    service('db', image, 'restart: always', 'environment: { PGDATA: /data }', "volumes: ['data:/data']");
  const backup = (image: string, ...lines: readonly string[]) =>
    service('backup', image, 'restart: always', ...lines);
  const LOOP = "command: [sh, -c, 'while :; do pg_dump -h db -f /backup/a notes; sleep 86400; done']";

  it.concurrent.each([
    [server('postgres:17.6') + backup('postgres:15', LOOP)],
    [
      server('postgres:17.6') +
        backup('postgres:15', 'command: pg_dump notes', 'environment: { PGHOST: db }'),
    ],
  ])('says the same in Compose: %#', async (services) => {
    expect(await diagnosis({ manifests: composed(services) })).toEqual({
      'PMCP-D443': [`service backup dumps service db ${OLD}`],
    });
  });

  it.concurrent.each([
    ['the same version', server('postgres:17') + backup('postgres:17', LOOP)],
    ['an image that is built here', server('postgres:17') + backup('postgres:15', LOOP, 'build: .')],
    ['a server outside', backup('postgres:15', LOOP.replace('-h db', '-h db.example.com'))],
  ])('finds nothing wrong in Compose with %s', async (_, services) => {
    expect(await diagnosis({ manifests: composed(services) })).toEqual({});
  });
});
