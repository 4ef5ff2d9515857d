import { describe, expect, it } from 'vitest';
import { prometheusConfig } from './config.js';
import type { Options } from './options.js';

/** Invalid options, as JavaScript could pass them, and the expected message. */
const table: [unknown, string][] = [
  [{ interval: '0s' }, 'Expected `interval` to be a positive duration such as 30s, got "0s"'],
  [{ interval: '1 minute' }, 'Expected `interval` to be'],
  [{ interval: 30 }, 'Expected `interval` to be a positive duration such as 30s, got 30'],
  [{ timeout: null }, 'Expected `timeout` to be a positive duration such as 30s, got null'],
  [{ timeout: '5' }, 'Expected `timeout` to be'],
  [{ interval: '5s' }, 'Expected `timeout` to be at most `interval`, 5s, got "10s"'],
  [{ interval: '1m', timeout: '1m1s' }, 'Expected `timeout` to be at most'],
  [{ evaluationInterval: '' }, 'Expected `evaluationInterval` to be'],
  [{ externalLabels: { 'a-b': 'x' } }, 'Expected `externalLabels.a-b` to be the name of a label, got "a-b"'],
  [{ externalLabels: { __a: 'x' } }, 'Expected `externalLabels.__a` to be'],
  [{ externalLabels: { a: '' } }, 'Expected `externalLabels.a` to be'],
  [{ ruleFiles: ['rules.txt'] }, 'Expected `ruleFiles[0]` to be'],
  [{ ruleFiles: [] }, 'Expected `ruleFiles` to be a list that is not empty'],
  [{ alertmanagers: 'alertmanager:9093' }, 'Expected `alertmanagers` to be a list'],
  [{ alertmanagers: ['a:1', 'http://alertmanager:9093'] }, 'Expected `alertmanagers[1]` to be an address'],
  [{ listen: '9091' }, 'Expected `listen` to be an address'],
  [{ exemplars: 0 }, 'Expected `exemplars` to be an integer from 1 to 10000000, got 0'],
  [{ servers: { tls: { certFile: '/a' } } }, 'Expected `servers.tls.keyFile` to be given with'],
  [{ servers: { tls: { caFile: '' } } }, 'Expected `servers.tls.caFile` to be'],
  [{ servers: { bearerTokenFile: '' } }, 'Expected `servers.bearerTokenFile` to be'],
  [{ servers: { basicAuth: { username: 'a' } } }, 'Expected `servers.basicAuth.passwordFile` to be'],
  [
    { servers: { bearerTokenFile: '/a', basicAuth: { username: 'a', passwordFile: '/b' } } },
    'Expected `servers.basicAuth` to be absent beside `servers.bearerTokenFile`',
  ],
  [{ kubernetes: { job: '' } }, 'Expected `kubernetes.job` to be'],
  [{ kubernetes: { namespaces: [] } }, 'Expected `kubernetes.namespaces` to be'],
  [{ kubernetes: { namespaces: ['ok', 'Not_One'] } }, 'Expected `kubernetes.namespaces[1]` to be'],
  [{ kubernetes: { selector: '' } }, 'Expected `kubernetes.selector` to be'],
  [{ kubernetes: { port: 65536 } }, 'Expected `kubernetes.port` to be an integer from 1 to 65535'],
  [{ kubernetes: { apiServer: 'kubernetes' } }, 'Expected `kubernetes.apiServer` to be'],
  [{ docker: { host: '/var/run/docker.sock' } }, 'Expected `docker.host` to be'],
  [{ docker: { port: 1.5 } }, 'Expected `docker.port` to be'],
  [{ docker: { network: 'a|b' } }, 'Expected `docker.network` to be'],
  [{ targets: [{ job: 'a', targets: ['localhost'] }] }, 'Expected `targets[0].targets[0]` to be an address'],
  [{ targets: [{ targets: ['localhost:1'] }] }, 'Expected `targets[0].job` to be'],
  [{ targets: [{ job: 'a' }] }, 'Expected `targets[0].targets` to be'],
  [
    { targets: [{ job: 'a', targets: ['localhost:1'], labels: { '1a': 'x' } }] },
    'Expected `targets[0].labels.1a` to be',
  ],
  [
    { targets: [{ job: 'a', targets: ['localhost:1'], labels: { name: 'x' } }] },
    'Expected `targets[0].labels.name` to be a label that no metric has, got "name"',
  ],
  [{ files: [{ job: 'a', paths: ['/etc/*/x.json'] }] }, 'Expected `files[0].paths[0]` to be'],
  [{ files: [{ job: 'a', paths: ['/etc/x.toml'] }] }, 'Expected `files[0].paths[0]` to be'],
  [
    { neighbours: { mysql: 'kubernetes' } },
    'Expected `neighbours.mysql` to be one of cadvisor, kubeStateMetrics',
  ],
  [{ neighbours: { redis: ['redis'] } }, 'Expected `neighbours.redis[0]` to be an address'],

  [{ probes: { targets: ['a:443'] } }, 'Expected `probes.exporter` to be an address'],
  [
    { probes: { exporter: 'b:9115', targets: ['https://a'] } },
    'Expected `probes.targets[0]` to be an address',
  ],
  [
    { probes: { exporter: 'b:9115', targets: ['a:443'] }, targets: [{ job: 'blackbox', targets: ['a:1'] }] },
    'Expected `probes` to be another job than `targets[0].job` has, got "blackbox"',
  ],
  [{ remoteWrite: [{}] }, 'Expected `remoteWrite[0].url` to be'],
  [
    { remoteWrite: [{ url: 'http://me:secret@x/' }] },
    'Expected `remoteWrite[0].url` to be an http or https URL without a password',
  ],
  [
    { remoteWrite: [{ url: 'http://x', headers: { 'X Y': 'z' } }] },
    'Expected `remoteWrite[0].headers.X Y` to be',
  ],
  [
    { remoteWrite: [{ url: 'http://x', headers: { Authorization: 'Bearer secret' } }] },
    'Expected `remoteWrite[0].headers.Authorization` to be given by `basicAuth` or `bearerTokenFile`, got "(hidden)"',
  ],
  [
    {
      remoteWrite: [
        { url: 'http://x', basicAuth: { username: 'a', passwordFile: 'b' }, bearerTokenFile: 'c' },
      ],
    },
    'Expected `remoteWrite[0].bearerTokenFile` to be absent beside `basicAuth`',
  ],
  [
    { remoteWrite: [{ url: 'http://x', basicAuth: { username: 'a' } }] },
    'Expected `remoteWrite[0].basicAuth.passwordFile` to be',
  ],
  [
    { remoteWrite: [{ url: 'http://x', version: 3 }] },
    'Expected `remoteWrite[0].version` to be 1 or 2, got 3',
  ],
  [
    { histograms: 'nhcb', remoteWrite: [{ url: 'http://x', version: 1 }] },
    'Expected `remoteWrite[0].version` to be 2 with `histograms: nhcb`, got 1',
  ],
  [
    { remoteWrite: [{ url: 'http://x', queue: { capacity: -1 } }] },
    'Expected `remoteWrite[0].queue.capacity` to be',
  ],
  [
    { remoteWrite: [{ url: 'http://x', queue: { minShards: 9, maxShards: 5 } }] },
    'Expected `remoteWrite[0].queue.minShards` to be an integer from 1 to 5, got 9',
  ],
  [
    { remoteWrite: [{ url: 'http://x', queue: { minBackoff: '1m' } }] },
    'Expected `remoteWrite[0].queue.minBackoff` to be at most `maxBackoff`, 5s, got "1m"',
  ],
  ...['(?=x)', '(a)\\1', '(', 'a{1001}', 'a**'].map((regex): [unknown, string] => [
    { remoteWrite: [{ url: 'http://x', relabel: [{ action: 'labeldrop', regex }] }] },
    'Expected `remoteWrite[0].relabel[0].regex` to be a regular expression of RE2 (error parsing regexp',
  ]),
  [
    {
      remoteWrite: [{ url: 'http://x', relabel: [{ action: 'labeldrop', regex: 'a' }, { action: 'kepp' }] }],
    },
    'Expected `remoteWrite[0].relabel[1].action` to be one of replace, keep',
  ],
  [
    { remoteWrite: [{ url: 'http://x', relabel: [{ action: 'keep', regex: 'a' }] }] },
    'Expected `remoteWrite[0].relabel[0].source_labels` to be given for keep, got undefined',
  ],
  [
    { remoteWrite: [{ url: 'http://x', relabel: [{ target_label: 'a-b' }] }] },
    'Expected `remoteWrite[0].relabel[0].target_label` to be',
  ],

  [
    { histograms: 'exponential' },
    'Expected `histograms` to be one of classic, nhcb, native, got "exponential"',
  ],
  [
    { keepClassicHistograms: true },
    'Expected `histograms` to be nhcb or native with `keepClassicHistograms`',
  ],
  [
    { histograms: 'nhcb', omitZeros: true },
    'Expected `histograms` to be native with `omitZeros`, got "nhcb"',
  ],
  [{ thanos: true }, 'Expected `externalLabels` to be given with `thanos`'],
  [{ agent: true }, 'Expected `remoteWrite` to be given with `agent`'],
  ...Object.entries({
    ruleFiles: ['a.yml'],
    alertmanagers: ['a:1'],
    exemplars: 1,
    otlp: true,
  }).map(([option, value]): [unknown, string] => [
    { agent: true, remoteWrite: [{ url: 'http://x' }], [option]: value },
    `Expected \`${option}\` to be absent with \`agent\``,
  ]),

  [
    { kubernetes: {}, docker: {} },
    'Expected `docker.job` to be another job than `kubernetes.job` has, got "pmcp"',
  ],
  [
    { targets: [{ job: 'redis', targets: ['a:1'] }], neighbours: { redis: 'kubernetes' } },
    'Expected `neighbours.redis` to be another job than `targets[0].job` has, got "redis"',
  ],
  [
    { kubernetes: { job: 'x' }, files: [{ job: 'x', paths: ['a.json'] }] },
    'Expected `files[0].job` to be another job than `kubernetes.job` has, got "x"',
  ],
];

describe('the options of a configuration', () => {
  it.each(table)('are rejected: %j', (options, message) => {
    const build = () => prometheusConfig(options as Options);
    expect(build).toThrow(TypeError);
    expect(build).toThrow(message);
  });
});
