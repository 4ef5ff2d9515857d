import { describe, expect, it } from 'vitest';
import { composed, service, volumes } from '../../support/composed.js';
import { diagnosis } from '../../support/doctor.js';
import { manifests, SERVICE_MONITOR } from '../../support/monitored-manifests.js';

/** An image, where its volumes are, and what it is told; the same for Compose and for pods. */
interface Database {
  readonly image: string;
  readonly at?: readonly string[];
  readonly env?: string;
  readonly words?: readonly string[];
}

/** What is said of each that loses its data. */
const BROKEN: readonly (readonly [database: Database, found: string])[] = [
  [
    { image: 'postgres:18', at: ['/var/lib/postgresql/data'] },
    'PostgreSQL keeps its data in /var/lib/postgresql/18/docker, which is on no volume: the volume is at /var/lib/postgresql/data',
  ],
  [
    { image: 'docker.io/library/postgres:19.1-alpine@sha256:abc', at: ['/var/lib/postgresql/data/'] },
    'PostgreSQL keeps its data in /var/lib/postgresql/19/docker, which is on no volume: the volume is at /var/lib/postgresql/data',
  ],
  [
    { image: 'pgvector/pgvector:0.8.1-pg18', at: ['/var/lib/postgresql/data'] },
    'PostgreSQL keeps its data in /var/lib/postgresql/18/docker, which is on no volume: the volume is at /var/lib/postgresql/data',
  ],
  [
    { image: 'postgres:17', at: ['/var/lib/postgresql'] },
    'PostgreSQL keeps its data in /var/lib/postgresql/data, which is on no volume: the volume is at /var/lib/postgresql',
  ],
  [
    { image: 'postgres:17', at: ['/docker-entrypoint-initdb.d'] },
    'PostgreSQL keeps its data in /var/lib/postgresql/data, which is on no volume',
  ],
  [{ image: 'postgres' }, 'PostgreSQL keeps its data in /var/lib/postgresql/data, which is on no volume'],
  [
    { image: 'postgres:16', at: ['/var/lib/postgresql/data'], env: 'PGDATA: /pgdata' },
    'PostgreSQL keeps its data in /pgdata, which is on no volume: the volume is at /var/lib/postgresql/data',
  ],
  [
    { image: 'postgres:17', words: ['-c', 'max_connections=200'] },
    'PostgreSQL keeps its data in /var/lib/postgresql/data, which is on no volume',
  ],
  [{ image: 'mysql:8.4' }, 'MySQL keeps its data in /var/lib/mysql, which is on no volume'],
  [
    { image: 'mariadb:11', at: ['/var/lib'] },
    'MariaDB keeps its data in /var/lib/mysql, which is on no volume: the volume is at /var/lib',
  ],
  [
    { image: 'mongo:8', at: ['/data'] },
    'MongoDB keeps its data in /data/db, which is on no volume: the volume is at /data',
  ],
  [
    { image: 'redis:8', words: ['redis-server', '--appendonly', 'yes'] },
    'Redis keeps its data in /data, which is on no volume',
  ],
  [
    { image: 'valkey/valkey:8', words: ['--save', '60', '1', '--dir', '/kept'], at: ['/data'] },
    'Valkey keeps its data in /kept, which is on no volume: the volume is at /data',
  ],
];

const HEALTHY: Readonly<Record<string, Database>> = {
  'the volume that 18 wants': { image: 'postgres:18', at: ['/var/lib/postgresql'] },
  'the volume that versions before wanted': { image: 'postgres:17', at: ['/var/lib/postgresql/data'] },
  'a version that nobody knows': { image: 'postgres:latest', at: ['/var/lib/postgresql/data'] },
  'a folder that a variable names': {
    image: 'postgres:18',
    at: ['/var/lib/postgresql/data'],
    env: 'PGDATA: /var/lib/postgresql/data/pgdata',
  },
  'a folder that is named elsewhere': { image: 'postgres:18', at: ['/pg'], env: "PGDATA: ''" },
  'a volume that is deeper': { image: 'postgres:18', at: ['/var/lib/postgresql/18/docker'] },
  'an image of somebody else': { image: 'registry.example.com/shop/postgres:18', at: ['/data'] },
  'a backup': { image: 'postgres:18', words: ['pg_dump', '--file=/backup/a'], at: ['/backup'] },
  'a cache': { image: 'redis:8', words: ['redis-server', '--maxmemory', '100mb'] },
  'a cache that keeps nothing': { image: 'redis:8', words: ['--save', '""', '--appendonly', 'no'] },
  'a store on its volume': { image: 'redis:8', words: ['--appendonly', 'yes'], at: ['/data'] },
};

const yaml = (value: unknown) => JSON.stringify(value);

function inCompose({ image, at = [], env = '', words }: Database): string {
  const lines = [
    volumes(...at.map((target, i) => `kept${i}:${target}`)),
    `environment: { ${env} }`,
    ...(words === undefined ? [] : [`command: ${yaml(words)}`]),
  ];
  return composed(service('db', image, ...lines));
}

function inPods(
  { image, at = [], env = '', words }: Database,
  kind = 'persistentVolumeClaim: { claimName: a }',
) {
  const [, name, value] = /^(\w+): (.*)$/.exec(env) ?? [];
  return manifests(
    `${SERVICE_MONITOR}---
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: db, namespace: shop }
spec:
  serviceName: db
  selector: { matchLabels: { app: db } }
  template:
    metadata: { labels: { app: db } }
    spec:
      containers:
        - name: db
          image: '${image}'
          ${words === undefined ? '' : `args: ${yaml(words)}`}
          env: [${name === undefined ? '' : `{ name: ${name}, value: ${value} }`}]
          volumeMounts: [${at.map((path, i) => `{ name: v${i}, mountPath: ${path} }`).join(', ')}]
      volumes: [${kind === '' ? '' : at.map((_, i) => `{ name: v${i}, ${kind} }`).join(', ')}]
`,
    [],
  );
}

const CODES: Readonly<Record<string, readonly [title: string, write: (database: Database) => string]>> = {
  'PMCP-D426': ['service db', inCompose],
  'PMCP-D427': ['StatefulSet db', inPods],
};

describe.each(Object.entries(CODES))('the doctor on databases (%s)', (code, [title, write]) => {
  it.concurrent.each(BROKEN)('says that %j loses its data', async (database, found) => {
    expect(await diagnosis({ manifests: write(database) })).toEqual({ [code]: [`${title}: ${found}`] });
  });

  it.concurrent.each(Object.entries(HEALTHY))('finds nothing wrong with %s', async (_, database) => {
    expect(await diagnosis({ manifests: write(database) })).toEqual({});
  });
});

describe('the doctor on the volumes of databases', () => {
  const DATABASE: Database = { image: 'postgres:18', at: ['/var/lib/postgresql'] };

  it('says that an emptyDir goes with the pod', async () => {
    expect(await diagnosis({ manifests: inPods(DATABASE, 'emptyDir: {}') })).toEqual({
      'PMCP-D427': [
        'StatefulSet db: PostgreSQL keeps its data in /var/lib/postgresql/18/docker, which is the emptyDir v0, and goes with the pod',
      ],
    });
  });

  it.each([
    ['memory, as tests want it', inPods(DATABASE, 'emptyDir: { medium: Memory }')],
    ['memory of Compose', composed(service('db', 'postgres:18', "tmpfs: ['/var/lib/postgresql']"))],
    ['a claim for each pod', inPods(DATABASE, '')],
    [
      'a volume that another file adds',
      composed(service('db', 'postgres:18'), {
        'compose.override.yaml': "services: { db: { volumes: ['kept:/var/lib/postgresql'] } }\n",
      }),
    ],
    ['an entry point of its own', composed(service('db', 'postgres:18', 'entrypoint: [pg_restore]'))],
  ])('finds nothing wrong with %s', async (_, folder) => {
    expect(await diagnosis({ manifests: folder })).toEqual({});
  });
});
