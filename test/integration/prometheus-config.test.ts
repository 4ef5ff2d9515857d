import { existsSync } from 'node:fs';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEPLOYMENTS } from '../../prometheus/deployments.js';
import { prometheusConfig } from '../../prometheus/scrape/config.js';
import { NEIGHBOURS } from '../../prometheus/scrape/neighbours.js';
import type { Options } from '../../prometheus/scrape/options.js';
import { requireTool } from '../../scripts/tools/index.js';
import { run } from '../../scripts/tools/run.js';
import { createCertificates } from '../support/certificates.js';
import { type Generation, ofGeneration } from '../support/generation.js';
import { promtool } from '../support/promtool.js';

const remote = { url: 'https://mimir.example/api/v1/push' };

/** One configuration for every option. */
const variants: Readonly<Record<string, Options>> = {
  nothing: {},
  'other times': { interval: '1m30s', timeout: '1m', evaluationInterval: '2m' },
  'external labels': { externalLabels: { cluster: 'main', replica: 'a"b' } },
  'rule files': { ruleFiles: ['/etc/prometheus/rules/*.yml', 'rules/*.rules'] },
  alertmanagers: { alertmanagers: ['alertmanager:9093', '[::1]:9093'] },
  'one of two replicas': { alertmanagers: ['alertmanager:9093'], externalLabels: { replica: 'a' } },
  'pods of all namespaces': { kubernetes: {} },
  'pods of some namespaces': { kubernetes: { namespaces: ['default', 'tools'], job: 'servers', port: 9464 } },
  'pods by labels': { kubernetes: { selector: 'app in (notes, files),tier!=test' } },
  'kubelets that signed their own certificates': {
    kubernetes: { kubeletInsecure: true },
    neighbours: { cadvisor: 'kubernetes' },
  },
  'pods from outside': { kubernetes: { apiServer: 'https://kubernetes.example:6443' } },
  ...Object.fromEntries(
    ['cadvisor', ...Object.keys(NEIGHBOURS)].flatMap((name) => [
      [`${name} in Kubernetes`, { neighbours: { [name]: 'kubernetes' } }],
      [`${name} at an address`, { neighbours: { [name]: ['localhost:1234'] } }],
    ]),
  ),
  'static targets': { targets: [{ job: 'a', targets: ['localhost:1', '[::1]:2'], labels: { team: 'x' } }] },
  'targets in files': { files: [{ job: 'a', paths: ['/etc/prometheus/targets/*.json', 'b.yaml'] }] },
  docker: { docker: {} },
  'docker elsewhere': { docker: { host: 'tcp://docker:2375', port: 9464, network: 'app_default', job: 'x' } },
  'remote write': {
    remoteWrite: [remote, { url: 'http://thanos-receive:19291/api/v1/receive', name: 'thanos' }],
  },
  'remote write with a password': {
    remoteWrite: [{ ...remote, basicAuth: { username: 'a', passwordFile: '/FOLDER/token' } }],
  },
  'remote write with a token': { remoteWrite: [{ ...remote, bearerTokenFile: '/FOLDER/token' }] },
  'remote write with a queue': {
    remoteWrite: [
      {
        ...remote,
        headers: { 'X-Scope-OrgID': 'a|b' },
        exemplars: true,
        queue: {
          capacity: 1000,
          minShards: 2,
          maxShards: 4,
          maxSamplesPerSend: 500,
          batchSendDeadline: '3s',
          minBackoff: '50ms',
          maxBackoff: '10s',
        },
      },
    ],
  },
  'remote write with relabeling': {
    remoteWrite: [
      {
        ...remote,
        relabel: [
          { action: 'keep', source_labels: ['__name__'], regex: 'pmcp_.+|up' },
          { action: 'labeldrop', regex: 'kubernetes_.+' },
          { source_labels: ['pod'], regex: '(.+)-[0-9]+', target_label: 'workload', replacement: '$1' },
        ],
      },
    ],
  },
  thanos: { thanos: true, externalLabels: { replica: 'a' } },
  agent: { agent: true, remoteWrite: [remote] },
  exemplars: { exemplars: 1000 },
  otlp: { otlp: true },
  'converted histograms': { histograms: 'nhcb', remoteWrite: [remote], otlp: true },
  'native histograms': { histograms: 'native', remoteWrite: [remote], otlp: true },
  'native histograms beside classic ones': { histograms: 'native', keepClassicHistograms: true, otlp: true },
  'an agent with native histograms': { histograms: 'native', agent: true, remoteWrite: [remote] },
};

const all = { ...variants, ...DEPLOYMENTS };
const needs3 = (config: string) =>
  /kubernetes_sd_configs|match_first_network|convert_classic_histograms/.test(config);
const classic = Object.entries(all).filter(([, options]) => !needs3(prometheusConfig(options)));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'config-'));
  const { client } = await createCertificates();
  const files = { token: '', 'ca.crt': '', 'tls.crt': client.cert, 'tls.key': client.key };
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
});
afterAll(() => rm(folder, { recursive: true }));

/** promtool checks whether credentials and certificates exist, which they do only in a cluster. */
async function verdict(generation: Generation, text: string, agent = false): Promise<string> {
  const file = join(folder, 'prometheus.yml');
  await writeFile(
    file,
    text.replaceAll(
      /\/FOLDER|\/var\/run\/secrets\/kubernetes.io\/serviceaccount|\/etc\/prometheus\/scrape/g,
      folder,
    ),
  );
  return promtool(generation, 'check', 'config', ...(agent ? ['--agent'] : []), file);
}

describe('promtool 3 accepts', () => {
  it.each(Object.entries(all))('%s', async (_, options) => {
    expect(await verdict('3', prometheusConfig(options), options.agent)).toContain('SUCCESS');
  });
});

describe('promtool 2 accepts', () => {
  it.each(classic)('%s', async (_, options) => {
    expect(await verdict('2', prometheusConfig(options), options.agent)).toContain('SUCCESS');
  });
});

describe('the shipped configurations', () => {
  const withRules = Object.entries(DEPLOYMENTS).filter(([, { ruleFiles }]) => ruleFiles);

  it.each(withRules)('of %s load the shipped rules from their folder', async (_, { ruleFiles }) => {
    const shipped = ['recording-rules.yaml', 'alert-rules.yaml'];
    for (const file of shipped) await cp(join('alerts/generated', file), join(folder, file));
    const moved = ruleFiles!.map((path) => path.replace(/^\/etc\/prometheus\/rules|^\.\.\/alerts/, folder));
    const found = await verdict('3', prometheusConfig({ ruleFiles: moved }));
    for (const file of shipped) await rm(join(folder, file));
    expect(found).toContain('2 rule files found');
  });

  it('of the agent send everything that rules and dashboards query', () => {
    expect(DEPLOYMENTS.agent?.remoteWrite?.flatMap(({ relabel = [] }) => relabel)).toEqual([]);
  });
});

describe('build:prometheus', () => {
  const build = (...args: string[]) =>
    run(process.execPath, ['--import', 'tsx', 'scripts/prometheus/main.ts', ...args]);

  it('writes the shipped configurations for native histograms into another folder', async () => {
    const out = join(folder, 'native');
    const switches = ['--keep-classic-histograms', '--omit-zeros', '--drop-unread'];
    await build('--histograms', 'native', ...switches, '--out', out);
    for (const [name, options] of Object.entries(DEPLOYMENTS)) {
      const text = await readFile(join(out, `${name}.yml`), 'utf8');
      expect(text).toContain('scrape_native_histograms: true');
      expect(text).toContain('always_scrape_classic_histograms: true');
      expect(text).toContain('zeros:');
      expect(text).toContain('regex: nodejs_active_handles|');
      expect(await verdict('3', text, options.agent)).toContain('SUCCESS');
    }
  });

  it.each([
    [['--histograms', 'native'], 'Expected --histograms and --out together'],
    [
      ['--histograms', 'exponential', '--out', 'x'],
      'Expected `histograms` to be one of classic, nhcb, native',
    ],
  ])('rejects %j, and writes nothing', async (args, message) => {
    await expect(build(...args)).rejects.toThrow(message);
    expect(existsSync('x')).toBe(false);
  });
});

describe('both versions reject', () => {
  it.each(['2', '3'] as const)(
    'a broken configuration, so that this test can fail: %s',
    async (generation) => {
      const text = prometheusConfig({ targets: [{ job: 'a', targets: ['localhost:1'] }] });
      await expect(verdict(generation, text.replace('job_name', 'job'))).rejects.toThrow('job not found');
    },
  );
});

describe('the flags', () => {
  it.each<[Options, string]>([
    [{}, ''],
    [{ exemplars: 1, otlp: true }, ' --enable-feature=exemplar-storage --web.enable-otlp-receiver'],
    [
      { thanos: true, externalLabels: { a: 'b' } },
      ' --storage.tsdb.min-block-duration=2h --storage.tsdb.max-block-duration=2h',
    ],
    [{ agent: true, remoteWrite: [remote] }, ' --agent'],
    [{ ruleFiles: ['rules.yml'] }, ' --storage.tsdb.retention.time=35d'],
    [{ listen: 'localhost:9091' }, ' --web.listen-address=localhost:9091'],
  ])('that %j needs are in the first line, and Prometheus accepts them', async (options, expected) => {
    const [line = ''] = prometheusConfig(options).split('\n');
    expect(line).toBe(`# Start Prometheus 3 with: --config.file=prometheus.yml${expected}`);
    const { path } = await ofGeneration('3', () => requireTool('prometheus', { kubernetesSd: true }));
    const args = expected.split(' ').filter(Boolean);
    // Prometheus parses its flags before it looks for the file.
    await expect(run(path, [...args, '--config.file=/nowhere'])).rejects.toThrow('open /nowhere');
    await expect(run(path, [...args, '--no-such-flag'])).rejects.toThrow('unknown long flag');
  });
});
