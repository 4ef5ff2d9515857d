import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { exitCode } from '../../../packages/doctor/src/run/result.js';
import { temporaryFolder, writeFiles } from '../../fixtures/temporary-folder.js';
import { diagnosis, examined } from '../../support/doctor.js';

const BASE = join(import.meta.dirname, '../../../examples/kubernetes/base');
const PROBES = / {10}(startup|liveness|readiness)Probe:\n(?: {12}.*\n)+/g;

type Change = (text: string) => string;
const VARIABLE: Change = (text) => text.replace(/ +- name: PMCP_METRICS_PORT\n +value: '9090'\n/, '');
/** A fault of each: in the pod, in what selects it, and in what lets others in. */
const FAULTS: Readonly<Record<string, readonly [file: string, Change]>> = {
  'PMCP-D068': ['deployment', (text) => text.replace(/ +cpu: 250m\n/, '')],
  'PMCP-D076': ['pod-disruption-budget', () => 'kind: Other\n'],
  'PMCP-D082': ['network-policy', (text) => text.replace('- port: metrics', '- port: 9091')],
};

/** Named as MCP servers are. */
const NAMED: Change = (text) =>
  text.replace('image: registry.example.com/notes:', 'image: registry.example.com/notes-mcp:');

/** The objects of a server that has no variable of ours. */
function folderWith(change: Change, fault: readonly [file: string, Change] = ['', (text) => text]): string {
  const files = ['deployment', 'service', 'pod-disruption-budget', 'network-policy'].map((name) => {
    const text = readFileSync(join(BASE, `${name}.yaml`), 'utf8');
    const plain = name === 'deployment' ? change(VARIABLE(text)) : text;
    return [`${name}.yaml`, name === fault[0] ? fault[1](plain) : plain];
  });
  return written(Object.fromEntries(files));
}

function written(files: Readonly<Record<string, string>>): string {
  const folder = join(temporaryFolder('doctor'), 'deploy');
  writeFiles(folder, files);
  return folder;
}

/** By what else a server is known. */
const KNOWN: Readonly<Record<string, Change>> = {
  'its probes and its image': NAMED,
  'its probes and its namespace': (text) =>
    text
      .replace(/ +- name: metrics\n +containerPort: 9090\n/, '')
      .replaceAll('port: metrics', 'port: 9090')
      .replace('metadata:\n', 'metadata:\n  namespace: mcp-notes\n'),
  'its name and port': (text) =>
    text.replace('- name: notes\n', '- name: notes-mcp\n').replaceAll(PROBES, ''),
};
/** What is none, or none of ours. */
const UNKNOWN: Readonly<Record<string, Change>> = {
  'another program with such probes': (text) => text,
  'another port with such probes': (text) =>
    NAMED(text).replace('containerPort: 9090', 'containerPort: 8081').replaceAll('port: 9090', 'port: 8081'),
  'the Prometheus of MCP servers': (text) =>
    text.replace('- name: notes\n', '- name: mcp-prometheus\n').replaceAll(PROBES, ''),
  'a program whose name only has the letters': (text) =>
    text.replace('- name: notes\n', '- name: vmcpu\n').replaceAll(PROBES, ''),
};

const COMPOSE = (notes: string) => `services:
  notes: { image: 'notes:1', restart: always, stop_grace_period: 30s, ${notes} }
  prometheus: { image: 'prom/prometheus:v3', volumes: ['./prometheus.yml:/etc/prometheus/prometheus.yml:ro'] }
`;
const scraping = (job: string, target: string) =>
  `scrape_configs: [{ job_name: ${job}, static_configs: [{ targets: ['${target}'] }] }]\n`;

/** What is reported where nothing could be checked. */
const unknown = (words: RegExp) => ({
  'PMCP-D413': [
    expect.stringMatching(new RegExp(`^can't be told: no MCP server is known in .*${words.source}`)),
  ],
});

const because = async (manifests: string, code: string) => {
  const [result] = await examined({ manifests }, (check) => check.code === code);
  return result?.outcome;
};

describe('the doctor before a server without variables of the toolkit', () => {
  const faults = Object.entries(FAULTS).map(([code, fault]) => ({ code, fault }));

  it('finds nothing wrong where it is well', async () => {
    expect(await diagnosis({ manifests: folderWith(NAMED) })).toEqual({});
  });

  it.each(faults)('knows it by its probes, and says $code', async ({ code, fault }) => {
    expect(Object.keys(await diagnosis({ manifests: folderWith(NAMED, fault) }))).toEqual([code]);
  });

  it.each(Object.entries(KNOWN))('knows it by %s', async (_, change) => {
    expect(await because(folderWith(change), 'PMCP-D068')).toEqual({ kind: 'passed' });
  });

  it.each(Object.entries(UNKNOWN))('takes none of ours for %s, and says so', async (_, change) => {
    const manifests = folderWith(change, FAULTS['PMCP-D068']);
    expect(await diagnosis({ manifests })).toEqual(unknown(/ among Deployment notes: a server is known by/));
  });

  it.each([
    ['a job of MCP servers', COMPOSE('environment: { HOST: 0.0.0.0 }'), scraping('pmcp-notes', 'notes:9090')],
    ['its command', COMPOSE('command: [pmcp-observability, proxy, http]'), scraping('notes', 'notes:9090')],
    [
      'its health check',
      COMPOSE("healthcheck: { test: 'curl -f http://localhost:9090/health/ready' }"),
      scraping('notes', 'notes:9090'),
    ],
  ])('knows a service of Compose by %s', async (_, compose, prometheus) => {
    const manifests = written({ 'compose.yaml': compose, 'prometheus.yml': prometheus });
    expect(await diagnosis({ manifests })).toEqual({
      'PMCP-D098': [expect.stringContaining('Prometheus scrapes notes:9090, and PMCP_METRICS_HOST')],
    });
  });

  it.each([
    ['another job', scraping('postgres', 'notes:9090')],
    ['another port', scraping('pmcp', 'notes:8080')],
    ['an image of others', scraping('pmcp-logs', 'notes:9090'), 'timberio/vector:1'],
  ])('takes none of ours for a service of %s, and says so', async (_, prometheus, image = 'notes:1') => {
    const manifests = written({
      'compose.yaml': COMPOSE('').replace('notes:1', image),
      'prometheus.yml': prometheus,
    });
    expect(await diagnosis({ manifests })).toEqual(unknown(/ among service notes, service prometheus: /));
  });

  it.each([
    ['manifests of the monitoring', { 'rules.yaml': 'kind: PrometheusRule\n' }],
    ['values of a chart', { 'config.yaml': 'kind: ConfigMap\n' }],
    ['a backup only', { 'job.yaml': 'kind: CronJob\nmetadata: { name: backup }\n' }],
  ])('says of a wrong folder that nothing could be checked: %s', async (_, files) => {
    const manifests = written(files);
    expect(await diagnosis({ manifests })).toEqual(
      unknown(/, which has no Deployment, .*service of Compose$/),
    );
    const results = await examined({ manifests });
    expect(exitCode(results)).toBe(2);
    const hidden = results.find(({ check }) => check.code === 'PMCP-D068');
    expect(hidden?.outcome).toEqual({ kind: 'hidden', by: 'PMCP-D413' });
  });

  it('says of what kind there is no server where there is one of the other', async () => {
    const manifests = folderWith(NAMED);
    writeFiles(manifests, { 'compose.yaml': 'services: { web: { image: web:1 } }\n' });
    expect(await diagnosis({ manifests })).toEqual({});
    expect(await because(manifests, 'PMCP-D092')).toMatchObject({ kind: 'not applicable' });
  });
});

const NOTES = 'image: notes:1, stop_grace_period: 30s, environment: { PMCP_METRICS_HOST: 0.0.0.0 }';
const stack = (deploy: string) =>
  written({ 'stack.yaml': `services: { notes: { ${NOTES}, deploy: ${deploy} } }\n` });

describe('the doctor before a stack of Swarm', () => {
  it.each([
    '{ replicas: 3 }',
    '{ endpoint_mode: dnsrr, placement: {} }',
    '{ restart_policy: { condition: any } }',
  ])('knows that services are started again: %s', async (deploy) => {
    expect(await diagnosis({ manifests: stack(deploy) })).toEqual({});
  });

  it.each([
    '{ resources: { limits: { memory: 1G } } }',
    '{ replicas: 3, restart_policy: { condition: none } }',
  ])('says that a service is not: %s', async (deploy) => {
    expect(Object.keys(await diagnosis({ manifests: stack(deploy) }))).toEqual(['PMCP-D092']);
  });

  it('says that there is nothing to look at', async () => {
    expect(Object.keys(await diagnosis({ manifests: temporaryFolder('empty') }))).toEqual(['PMCP-D060']);
  });
});
