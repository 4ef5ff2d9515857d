import { describe, expect, it } from 'vitest';
import { composed, service, volumes } from '../../support/composed.js';
import { diagnosis } from '../../support/doctor.js';
import { manifests, POD_MONITOR } from '../../support/monitored-manifests.js';

const IMAGE = 'quay.io/prometheuscommunity/postgres-exporter:v0.17.1';
const DATA = '/var/lib/postgresql/data';

const database = (image = 'postgres:17', ...lines: readonly string[]) =>
  service('db', image, 'restart: always', ...(lines.length > 0 ? lines : [volumes(`data:${DATA}`)]));
const exporter = (environment: string, ...lines: readonly string[]) =>
  service('exporter', IMAGE, 'restart: always', `environment: { ${environment} }`, ...lines);

const object = (kind: string, name: string, containers: string) => `---
apiVersion: apps/v1
kind: ${kind}
metadata: { name: ${name}, namespace: shop }
spec:
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec: { containers: [${containers}], volumes: [{ name: data, persistentVolumeClaim: { claimName: data } }] }
`;
const container = (image = 'postgres:17', args = '') =>
  `{ name: db, image: '${image}', args: [${args}], volumeMounts: [{ name: data, mountPath: ${DATA} }] }`;
const asking = (uri: string, more = '') =>
  `{ name: exporter, image: '${IMAGE}', env: [{ name: DATA_SOURCE_URI, value: '${uri}' }${more}] }`;
const SERVICE = `---
apiVersion: v1
kind: Service
metadata: { name: db, namespace: shop }
spec: { selector: { app: db }, ports: [{ port: 5432 }] }
`;
const apart = (uri: string, more?: string, db = container()) =>
  SERVICE + object('StatefulSet', 'db', db) + object('Deployment', 'exporter', asking(uri, more));

const told = (exporting: string, server: string) =>
  `${exporting} asks ${server} for TLS, which that does not have: DATA_SOURCE_… has no sslmode=disable`;

const BROKEN: Readonly<Record<string, readonly (readonly [objects: string, found: string])[]>> = {
  'PMCP-D450': [
    [apart('db:5432/notes'), told('Deployment exporter', 'StatefulSet db')],
    [apart('db.shop.svc:5432/notes?sslmode=require'), told('Deployment exporter', 'StatefulSet db')],
    [
      object('StatefulSet', 'db', `${container()}, ${asking('localhost:5432/notes')}`),
      told('StatefulSet db', 'PostgreSQL in the same pod'),
    ],
  ],
  'PMCP-D451': [
    'DATA_SOURCE_URI: db:5432/notes',
    'DATA_SOURCE_URI: "db/notes?connect_timeout=5"',
    `DATA_SOURCE_NAME: 'postgresql://exporter:\${PASSWORD}@db:5432/notes'`,
    'DATA_SOURCE_NAME: user=exporter host=db dbname=notes',
    'DATA_SOURCE_URI: "db:5432/notes?sslmode=verify-full"',
  ].map((environment) => [database() + exporter(environment), told('service exporter', 'service db')]),
};

const diagnosed = (code: string, objects: string) =>
  diagnosis({ manifests: code === 'PMCP-D451' ? composed(objects) : manifests(POD_MONITOR + objects, []) });

describe('the doctor before an exporter of PostgreSQL', () => {
  const rows = Object.entries(BROKEN).flatMap(([code, all]) =>
    all.map(([objects, found]) => ({ code, objects, found })),
  );
  it.concurrent.each(rows)('says $code: $found, $#', async ({ code, objects, found }) => {
    expect(await diagnosed(code, objects)).toEqual({ [code]: [found] });
  });

  it.concurrent.each([
    ['no TLS', apart('db:5432/notes?sslmode=disable')],
    ['the mode in a variable', apart('db:5432/notes', ', { name: PGSSLMODE, value: disable }')],
    ['an address in a Secret', apart('$(ADDRESS)')],
    ['a server that has TLS', apart('db:5432/notes', '', container('postgres:17', '-c, ssl=on'))],
    ['an image that may have TLS', apart('db:5432/notes', '', container('registry.example.com/postgres:17'))],
    ['a server elsewhere', apart('db.example.com:5432/notes')],
  ])('finds nothing wrong in pods with %s', async (_, objects) => {
    const found = await diagnosed('PMCP-D450', objects);
    expect(Object.keys(found)).not.toContain('PMCP-D450');
  });

  it.concurrent.each([
    ['no TLS', database() + exporter('DATA_SOURCE_URI: "db:5432/notes?sslmode=disable"')],
    ['the mode in a variable', database() + exporter('DATA_SOURCE_URI: db/notes, PGSSLMODE: disable')],
    ['the end of the address in a variable', database() + exporter('DATA_SOURCE_URI: "db/$REST"')],
    [
      'an address in a file',
      database() + exporter('DATA_SOURCE_URI_FILE: /run/secrets/token', 'secrets: [token]'),
    ],
    ['variables in a file', database() + exporter('DATA_SOURCE_URI: db/notes', 'env_file: exporter.env')],
    ['a server elsewhere', database() + exporter('DATA_SOURCE_URI: db.example.com/notes')],
    [
      'a server that has TLS',
      database('postgres:17', volumes(`data:${DATA}`), 'command: [-c, ssl=on]') +
        exporter('DATA_SOURCE_URI: db/notes'),
    ],
    [
      'an image that is built here',
      database('postgres:17', 'build: .') + exporter('DATA_SOURCE_URI: db/notes'),
    ],
  ])('finds nothing wrong in Compose with %s', async (_, services) => {
    expect(await diagnosed('PMCP-D451', services)).toEqual({});
  });
});
