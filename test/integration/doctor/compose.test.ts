import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder, writeFiles } from '../../fixtures/temporary-folder.js';
import { diagnosis, examined } from '../../support/doctor.js';

const SCRAPED = 'scrape_configs: [{ job_name: pmcp, static_configs: [{ targets: [notes:9090] }] }]';

/** A Compose file with a server and its Prometheus, and what else is in its folder. */
function composed(notes: string, files: Readonly<Record<string, string>> = {}, prometheus = ''): string {
  const compose = `services:
  notes: { image: 'notes:1', restart: always, stop_grace_period: 30s, ${notes} }
  prometheus: { image: 'prom/prometheus:v3', volumes: ['./prometheus.yml:/etc/prometheus/prometheus.yml:ro'], ${prometheus} }
`;
  return folderWith({ 'compose.yaml': compose, 'prometheus.yml': SCRAPED, ...files });
}

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = join(temporaryFolder('doctor'), 'deploy');
  writeFiles(folder, files);
  return folder;
}

const UNSET = 'environment: { PMCP_LOG: info }';
const LOOPBACK = 'environment: { PMCP_METRICS_HOST: 127.0.0.1 }';

describe('the doctor before a Compose file', () => {
  it.each([UNSET, LOOPBACK])('says that Prometheus can not reach the admin port of { %s }', async (notes) => {
    expect(await diagnosis({ manifests: composed(notes) })).toEqual({
      'PMCP-D098': [expect.stringMatching(/^Prometheus scrapes notes:9090, .*, expected 0\.0\.0\.0$/)],
    });
  });

  const override = 'services: { notes: { environment: { PMCP_METRICS_HOST: 0.0.0.0 } } }';
  it.each<readonly [string, string]>([
    ['a file of variables', composed(`env_file: notes.env, ${UNSET}`)],
    ['a file of options', composed('environment: { PMCP_CONFIG: /etc/pmcp.json }')],
    ['a flag', composed(`command: [pmcp-observability, proxy, --metrics-host=0.0.0.0], ${UNSET}`)],
    ['another file', composed(LOOPBACK, { 'compose.override.yaml': override })],
    ['a Prometheus beside it', composed(LOOPBACK, {}, "network_mode: 'service:notes'")],
    ['a configuration that is made later', composed(LOOPBACK, { 'prometheus.yml': '' })],
    ['a comment', composed(LOOPBACK, { 'prometheus.yml': `# ${SCRAPED}` })],
  ])('finds nothing wrong where a port on loopback is explained by %s', async (_, manifests) => {
    expect(await diagnosis({ manifests })).toEqual({});
  });

  it('says of a port on loopback that nobody scrapes only that it is another one', async () => {
    const manifests = composed('environment: { PMCP_METRICS_PORT: 9099 }');
    expect(await diagnosis({ manifests })).toEqual({
      'PMCP-D419': ['job pmcp names notes:9090, and PMCP_METRICS_PORT of this service is 9099'],
    });
  });
});

describe('the doctor before the networks of Compose', () => {
  const OPEN = 'environment: { PMCP_METRICS_HOST: 0.0.0.0 }';
  const BROKEN: Readonly<Record<string, readonly (readonly [found: RegExp, manifests: string])[]>> = {
    'PMCP-D414': [
      [
        /prometheus scrapes notes by its name, and is in the network of the host, while notes is in the networks default$/,
        composed(OPEN, {}, 'network_mode: host'),
      ],
      [/while notes is in the network of the host$/, composed(`network_mode: host, ${LOOPBACK}`)],
      [
        /is in the networks monitoring, while notes is in the networks default$/,
        composed(OPEN, {}, 'networks: [monitoring]'),
      ],
      [
        /is in the networks default, while notes is in the networks back, front$/,
        composed(`networks: { back: {}, front: {} }, ${OPEN}`),
      ],
    ],
  };
  const rows = Object.values(BROKEN).flat();

  it.each(rows)('says where a name is not known: %s', async (found, manifests) => {
    expect(await diagnosis({ manifests })).toEqual({ 'PMCP-D414': [expect.stringMatching(found)] });
  });

  const networks = 'services: { prometheus: { networks: [default, monitoring] } }';
  it.each([
    ['one network of several', composed(`networks: [a, b], ${OPEN}`, {}, 'networks: { b: {}, c: {} }')],
    ['a network of another file', composed(OPEN, { 'compose.override.yaml': networks })],
    [
      'a Prometheus that has the name in its hosts',
      composed(OPEN, {}, "network_mode: host, extra_hosts: ['notes:127.0.0.1']"),
    ],
    ['the network of another container', composed(OPEN, {}, "network_mode: 'service:gateway'")],
    [
      'an address instead of a name',
      composed(OPEN, { 'prometheus.yml': SCRAPED.replace('notes:', '127.0.0.1:') }, 'network_mode: host'),
    ],
  ])('finds nothing wrong with %s', async (_, manifests) => {
    expect(await diagnosis({ manifests })).toEqual({});
  });
});

const REACHED = 'PMCP_METRICS_HOST: 0.0.0.0';
/** A variable of Compose. */
const variable = (text: string) => `\${${text}}`;
const notesWith = (more: string, environment = '') =>
  folderWith({
    'compose.yaml': `services: { notes: { image: 'notes:1', ${/restart:/.test(more) ? '' : 'restart: always, '}${/grace/.test(more) ? '' : 'stop_grace_period: 30s, '}environment: { ${REACHED}${environment} }, ${more} } }\n`,
  });

describe('the doctor before what Docker Compose reads in its own way', () => {
  it.each([
    'ports: [22:22, 8080:8080]',
    'ports: [127.0.0.1:9090:9090]',
    "ports: ['127.0.0.1::9090']",
    "ports: ['[::1]:9090:9090']",
    "ports: ['9090:9090/udp']",
    "ports: ['9080-9089:9080-9089']",
    "ports: ['9090:8080']",
    `ports: ['${variable('BIND:-127.0.0.1')}:9090:9090']`,
    `ports: ['${variable('BIND')}:9090:9090']`,
    `ports: ['${variable('BIND:?which address')}:${variable('PORT:-9090')}:9090']`,
    `ports: [{ target: 9090, published: '9090', host_ip: '${variable('BIND:-127.0.0.1')}' }]`,
    'ports: !reset []',
    'ports: !reset null',
    'volumes: !reset null',
    'volumes: , ports: , healthcheck: ',
    'restart: on-failure',
    `restart: '${variable('RESTART:-always')}'`,
    `stop_grace_period: '${variable('GRACE')}'`,
    `stop_grace_period: '${variable('GRACE:-1m30s')}'`,
  ])('finds nothing wrong with { %s }', async (more) => {
    expect(await diagnosis({ manifests: notesWith(more) })).toEqual({});
  });

  it.each([', PMCP_LOG_JSON: yes', ', PMCP_LOG_JSON: on', ', FLAGS: 0o17, COUNT: 1_000', ', PMCP_LOG: '])(
    'finds nothing wrong with values that only YAML of Kubernetes reads otherwise: { %s }',
    async (environment) => {
      expect(await diagnosis({ manifests: notesWith('command: [notes]', environment) })).toEqual({});
    },
  );

  it.each([
    ['PMCP-D094', 'ports: [9090]'],
    ['PMCP-D094', 'ports: [9090:9090]'],
    ['PMCP-D094', "ports: ['9090-9091:9090-9091']"],
    ['PMCP-D094', "ports: ['0.0.0.0:19090:9090/tcp']"],
    ['PMCP-D094', `ports: ['${variable('BIND:-0.0.0.0')}:9090:9090']`],
    ['PMCP-D094', `ports: ['${variable('PORT:-9090')}:9090']`],
    ['PMCP-D092', 'restart: no'],
    ['PMCP-D093', `stop_grace_period: '${variable('GRACE:-5s')}'`],
  ])('says %s where it has { %s }', async (code, more) => {
    expect(Object.keys(await diagnosis({ manifests: notesWith(more) }))).toEqual([code]);
  });
});

describe('the doctor before a Deployment', () => {
  it('says how long the grace period has to be as it would write it', async () => {
    const deployment = `kind: Deployment
apiVersion: apps/v1
metadata: { name: notes }
spec:
  template:
    spec:
      containers:
        - { name: notes, env: [{ name: PMCP_LOG, value: info }], lifecycle: { preStop: { sleep: { seconds: 40 } } } }
`;
    const results = await examined(
      { manifests: folderWith({ 'deployment.yaml': deployment }) },
      ({ code }) => code === 'PMCP-D067',
    );
    const [finding] = results.flatMap(({ outcome }) => (outcome.kind === 'found' ? outcome.findings : []));
    expect(finding).toMatchObject({ cure: expect.stringContaining(': 75`'), edit: { value: 75 } });
  });
});
