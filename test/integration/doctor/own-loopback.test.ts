import { describe, expect, it } from 'vitest';
import { composed, service, volumes } from '../../support/composed.js';
import { diagnosis } from '../../support/doctor.js';
import { manifests, POD_MONITOR } from '../../support/monitored-manifests.js';

const object = (kind: string, containers: string, metadata = '', pod = '') => {
  const template = `{ metadata: { labels: { app: other }${metadata} }, spec: { ${pod}containers: [${containers}] } }`;
  const spec =
    kind === 'Job'
      ? `{ template: ${template} }`
      : `{ selector: { matchLabels: { app: other } }, template: ${template} }`;
  const group = kind === 'Job' ? 'batch/v1' : 'apps/v1';
  return `---\napiVersion: ${group}\nkind: ${kind}\nmetadata: { name: other, namespace: shop }\nspec: ${spec}\n`;
};
const container = (more: string, image = 'shop:1') => `{ name: other, image: '${image}', ${more} }`;
const knows = (name: string, value: string) => container(`env: [{ name: ${name}, value: '${value}' }]`);
const alone = (asked: string, kind = 'Deployment') =>
  `${kind} other ${asked}, and nothing else is in its pod`;
const lonely = (asked: string) => `service other ${asked}, and nothing else is in its container`;
const other = (...lines: readonly string[]) => service('other', 'shop:1', 'restart: always', ...lines);
const environment = (text: string) => `environment: { ${text} }`;

/** What a container asks at its loopback, as a variable, and what is said of it. */
const VARIABLES: readonly (readonly [name: string, value: string, asked: string])[] = [
  ['DATABASE_URL', 'postgres://localhost:5432/notes', 'asks for its database at localhost (DATABASE_URL)'],
  ['DATABASE_URL', 'postgresql://notes@127.0.0.1/notes', 'asks for its database at 127.0.0.1 (DATABASE_URL)'],
  ['CACHE', 'redis://localhost', 'asks for its database at localhost (CACHE)'],
  ['QUEUE_URL', 'amqp://[::1]:5672', 'asks for its database at [::1] (QUEUE_URL)'],
  ['PGHOST', 'localhost', 'asks for its database at localhost (PGHOST)'],
  ['DB_HOST', '127.0.0.1', 'asks for its database at 127.0.0.1 (DB_HOST)'],
  ['REDIS_ADDR', 'localhost:6379', 'asks for its database at localhost (REDIS_ADDR)'],
  ...[
    ['DATA_SOURCE_URI', 'localhost:5432/notes?sslmode=disable', 'localhost'],
    ['DATA_SOURCE_URI', '127.0.0.1/notes', '127.0.0.1'],
    ['DATA_SOURCE_NAME', 'postgresql://watcher:p:w@localhost:5432/notes', 'localhost'],
    ['DATA_SOURCE_NAME', 'postgres://[::1]:5432/notes', '[::1]'],
    ['DATA_SOURCE_NAME', 'user=watcher host=localhost dbname=notes', 'localhost'],
  ].map(
    ([name = '', value = '', host]) => [name, value, `asks for its database at ${host} (${name})`] as const,
  ),
  ['OTEL_EXPORTER_OTLP_ENDPOINT', 'http://localhost:4317', 'sends telemetry to localhost:4317'],
];

const BROKEN: Readonly<Record<string, readonly (readonly [objects: string, found: string])[]>> = {
  'PMCP-D454': [
    ...VARIABLES.map(
      ([name, value, asked]) => [object('Deployment', knows(name, value)), alone(asked)] as const,
    ),
    [
      object(
        'Job',
        container('command: [sh, -c, "pg_dump -h localhost notes > /backup/notes"]', 'postgres:17'),
      ),
      alone('runs pg_dump for localhost', 'Job'),
    ],
    [
      object('Deployment', container('args: [proxy, http, --upstream, "http://localhost:8080"]')),
      alone('observes http://localhost:8080'),
    ],
  ],
  'PMCP-D455': [
    ...VARIABLES.map(
      ([name, value, asked]) => [other(environment(`${name}: '${value}'`)), lonely(asked)] as const,
    ),
    [other('command: redis-cli -h 127.0.0.1 --rdb /data/dump.rdb'), lonely('runs redis-cli for 127.0.0.1')],
    [
      other(
        'stop_grace_period: 30s',
        'command: proxy http',
        environment('PMCP_UPSTREAM: http://127.0.0.1:8080'),
      ),
      lonely('observes http://127.0.0.1:8080'),
    ],
  ],
};

const diagnosed = (code: string, objects: string) =>
  diagnosis({ manifests: code === 'PMCP-D455' ? composed(objects) : manifests(POD_MONITOR + objects, []) });

describe('the doctor before a container that asks itself for what is elsewhere', () => {
  const rows = Object.entries(BROKEN).flatMap(([code, all]) =>
    all.map(([objects, found]) => ({ code, objects, found })),
  );
  it.concurrent.each(rows)('says $code: $found, $#', async ({ code, objects, found }) => {
    expect(await diagnosed(code, objects)).toEqual({ [code]: [found] });
  });

  const asks = knows('PGHOST', 'localhost');
  it.concurrent.each([
    ['a name', object('Deployment', knows('PGHOST', 'db'))],
    ['an address that others see', object('Deployment', knows('PUBLIC_URL', 'http://localhost:3000'))],
    ['a value that the cluster gives', object('Deployment', knows('PGHOST', '$(DB_SERVICE_HOST)'))],
    ['another container', object('Deployment', `${asks}, { name: db, image: 'postgres:17' }`)],
    [
      'a native sidecar',
      object(
        'Deployment',
        asks,
        '',
        'initContainers: [{ name: db, image: "pgbouncer:1", restartPolicy: Always }], ',
      ),
    ],
    ['the network of the node', object('Deployment', asks, '', 'hostNetwork: true, ')],
    [
      'an injected sidecar',
      object('Deployment', asks, ', annotations: { sidecar.opentelemetry.io/inject: "true" }'),
    ],
    [
      'a database itself',
      object('Deployment', container('env: [{ name: PGHOST, value: localhost }]', 'postgres:17')),
    ],
    [
      'a database of another image',
      object('Deployment', container('env: [{ name: PGHOST, value: localhost }]', 'bitnami/postgresql:17')),
    ],
  ])('finds nothing wrong in a pod with %s', async (_, objects) => {
    expect(await diagnosed('PMCP-D454', objects)).not.toHaveProperty('PMCP-D454');
  });

  const PGHOST = environment('PGHOST: localhost');
  it.concurrent.each([
    ['a name', other(environment('PGHOST: db'))],
    ['an address that others see', other(environment('PUBLIC_URL: "http://localhost:3000"'))],
    ['what the environment decides', other(environment(`PGHOST: "\${PGHOST:-localhost}"`))],
    ['the network of the machine', other(PGHOST, 'network_mode: host')],
    ['the network of another service', other(PGHOST, 'network_mode: "service:notes"')],
    [
      'a service in its network',
      other(PGHOST) + service('db', 'pgbouncer:1', 'restart: always', 'network_mode: "service:other"'),
    ],
    [
      'a database itself',
      service(
        'db',
        'postgres:17',
        'restart: always',
        'command: postgres -c ssl=on',
        PGHOST,
        volumes('data:/var/lib/postgresql/data'),
      ),
    ],
  ])('finds nothing wrong in a service with %s', async (_, services) => {
    expect(await diagnosed('PMCP-D455', services)).not.toHaveProperty('PMCP-D455');
  });
});
