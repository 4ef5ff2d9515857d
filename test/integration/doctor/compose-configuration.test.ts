import { describe, expect, it } from 'vitest';
import { composed, type Files, job, prometheus, service, volumes } from '../../support/composed.js';
import { diagnosis } from '../../support/doctor.js';

const RULES = `rule_files: [rules/*.yaml]\n${job()}`;
const FLAG = 'command: [--config.file=/etc/prometheus/prometheus.yml]';
const MOUNT = './prometheus.yml:/etc/prometheus/prometheus.yml:ro';
const TOKEN = ', PMCP_METRICS_TOKEN_FILE: /run/secrets/token';
const CERTIFICATE = ', PMCP_METRICS_TLS_CERT: /run/secrets/crt';

/** A variable of Compose. */
const variable = (text: string) => `\${${text}}`;

type Row = readonly [service: string, found: string | RegExp, files?: Files, notes?: string];

const BROKEN: Readonly<Record<string, readonly Row[]>> = {
  'PMCP-D405': [
    [
      prometheus(FLAG, volumes('./prometheus.yml:/etc/prometheus/prometheus.yaml:ro')),
      'service prometheus reads /etc/prometheus/prometheus.yml, which nothing mounts: ./prometheus.yml is at /etc/prometheus/prometheus.yaml, and so that of its image is read',
    ],
    [
      service(
        'metrics',
        'mirror.example.com:5000/prom/prometheus@sha256:0123',
        volumes('./prometheus.yml:/prometheus.yml'),
      ),
      /reads \/etc\/prometheus\/prometheus.yml, which nothing mounts: .\/prometheus.yml is at \/prometheus.yml, and so/,
    ],
    [
      prometheus('command: --config.file /etc/prom/prom.yml', volumes(MOUNT)),
      'service prometheus reads /etc/prom/prom.yml, which nothing mounts: ./prometheus.yml is at /etc/prometheus/prometheus.yml',
    ],
    [
      prometheus('command: [--web.enable-lifecycle]', volumes(MOUNT)),
      /reads \/prometheus\/prometheus.yml, which nothing mounts: .\/prometheus.yml is at/,
    ],
    [
      prometheus(FLAG, volumes('./rules:/etc/prometheus')),
      'service prometheus reads /etc/prometheus/prometheus.yml, which ./rules does not have: it has alert-rules.yaml',
    ],
    [
      service(
        'alertmanager',
        'prom/alertmanager:v0.28.0',
        volumes('./alertmanager.yml:/etc/alertmanager/config.yml'),
      ),
      /reads \/etc\/alertmanager\/alertmanager.yml, which nothing mounts: .\/alertmanager.yml is at/,
    ],
    [
      service(
        'collector',
        'otel/opentelemetry-collector-contrib:0.159.0',
        volumes('./collector.yaml:/etc/otelcol/config.yaml'),
      ),
      /reads \/etc\/otelcol-contrib\/config.yaml, which nothing mounts/,
    ],
    [
      `${prometheus(FLAG, 'configs: [{ source: scraping, target: /etc/prometheus.yml }]')}configs: { scraping: { file: ./prometheus.yml } }\n`,
      /which nothing mounts: .\/prometheus.yml is at \/etc\/prometheus.yml/,
    ],
  ],
  'PMCP-D406': [
    [
      prometheus(FLAG, volumes(MOUNT)),
      'service prometheus: rule_files names rules/*.yaml, and nothing mounts /etc/prometheus/rules',
      { 'prometheus.yml': RULES },
    ],
    [
      prometheus(FLAG, volumes(MOUNT)),
      'service prometheus: rule_files names alerts.yml, and nothing mounts /etc/prometheus/alerts.yml',
      { 'prometheus.yml': RULES.replace('rules/*.yaml', 'alerts.yml') },
    ],
    [
      prometheus(FLAG, volumes(MOUNT, './rules:/etc/prometheus/rules')),
      'service prometheus: rule_files names rules/*.yml, which fits no file: /etc/prometheus/rules has alert-rules.yaml',
      { 'prometheus.yml': RULES.replace('.yaml', '.yml') },
    ],
    [
      prometheus(FLAG, volumes(MOUNT)),
      'service prometheus: credentials_file is /run/secrets/token, which nothing mounts',
      { 'prometheus.yml': job(', authorization: { credentials_file: /run/secrets/token }') },
    ],
    [
      prometheus(FLAG, volumes(MOUNT)),
      /ca_file is tls\/ca.crt, which nothing mounts/,
      { 'prometheus.yml': job(', tls_config: { ca_file: tls/ca.crt }') },
    ],
  ],
  'PMCP-D407': [
    [
      prometheus(FLAG, volumes(MOUNT)),
      'job pmcp sends service notes no credentials, and PMCP_METRICS_TOKEN_FILE asks for a token (401)',
      {},
      TOKEN,
    ],
    [
      prometheus(FLAG, volumes(MOUNT)),
      'job pmcp asks service notes by HTTP, and PMCP_METRICS_TLS_CERT gives its admin port TLS',
      {},
      CERTIFICATE,
    ],
  ],
};

const HEALTHY: Readonly<Record<string, readonly [service: string, files?: Files, notes?: string]>> = {
  'the file at the path of the flag': [prometheus(FLAG, volumes(MOUNT))],
  'the file at the path of the image': [prometheus(volumes(MOUNT))],
  'a digest and another registry': [
    service('prometheus', 'quay.io/prometheus/prometheus@sha256:0123', volumes(MOUNT)),
  ],
  'a whole folder': [prometheus(FLAG, volumes('.:/etc/prometheus'))],
  'a folder that is filled later': [prometheus(FLAG, volumes('./made:/etc/prometheus'))],
  'a volume that another service fills': [prometheus(FLAG, volumes('settings:/etc/prometheus'))],
  'a mount in long form': [
    prometheus(
      FLAG,
      'volumes: [{ type: bind, source: ./prometheus.yml, target: /etc/prometheus/prometheus.yml }]',
    ),
  ],
  'a config': [
    `${prometheus(FLAG, 'configs: [{ source: scraping, target: /etc/prometheus/prometheus.yml }]')}configs: { scraping: { file: ./prometheus.yml } }\n`,
  ],
  'a secret': [prometheus('command: [--config.file=/run/secrets/scraping]', 'secrets: [scraping]')],
  'a command as a text': [
    prometheus(
      "command: '--config.file=/etc/prom.yml --web.enable-lifecycle'",
      volumes('./prometheus.yml:/etc/prom.yml'),
    ),
  ],
  'a path in a variable': [
    prometheus(`command: ["--config.file=${variable('CONFIG:-/etc/x.yml')}"]`, volumes(MOUNT)),
  ],
  'a source in a variable': [
    prometheus(FLAG, volumes(`${variable('FOLDER:-./a')}/prometheus.yml:/etc/prometheus/prometheus.yml:ro`)),
  ],
  'a service that extends another': [
    prometheus('extends: { file: base.yaml, service: prometheus }', volumes('./prometheus.yml:/etc/p.yml')),
  ],
  'variables from a file': [prometheus('env_file: .env', FLAG, volumes(MOUNT))],
  'an image of its own': [prometheus('build: .', 'command: [--config.file=/etc/prometheus/ours.yml]')],
  'a script that writes it': [
    prometheus(
      'entrypoint: [sh, -c, "envsubst < /p.yml > /tmp/p.yml && prometheus --config.file=/tmp/p.yml"]',
      volumes('./prometheus.yml:/p.yml'),
    ),
  ],
  'a source of Windows': [
    prometheus(FLAG, "volumes: ['C:\\monitoring\\p.yml:/etc/prometheus/prometheus.yml']"),
  ],
  'a token that is optional': [
    prometheus(FLAG, volumes(MOUNT)),
    {},
    `, PMCP_METRICS_TOKEN_FILE: '${variable('TOKEN_FILE:-')}'`,
  ],
  'the configuration of the image': [prometheus(volumes('data:/prometheus'))],
  'a mount in another file': [
    prometheus(FLAG),
    { 'compose.override.yaml': `services:\n  prometheus:\n    ${volumes(MOUNT)}\n` },
  ],
  'a command in another file': [
    prometheus(volumes('./prometheus.yml:/etc/prom.yml')),
    { 'compose.override.yaml': 'services: { prometheus: { command: [--config.file=/etc/prom.yml] } }\n' },
  ],
  'a collector of two files': [
    service(
      'collector',
      'otel/opentelemetry-collector-contrib:0.159.0',
      'command: [--config=file:/etc/a.yaml, "--config=yaml:exporters::debug: {}"]',
      volumes('./collector.yaml:/etc/a.yaml'),
    ),
  ],
  'a program that is not known': [
    service('metrics', 'victoriametrics/vmagent:v1', 'command: [-promscrape.config=/etc/prometheus.yml]'),
  ],
  'rules that are mounted': [
    prometheus(FLAG, volumes(MOUNT, './rules:/etc/prometheus/rules:ro')),
    { 'prometheus.yml': RULES },
  ],
  'rules that are mounted one by one': [
    prometheus(FLAG, volumes(MOUNT, './rules/alert-rules.yaml:/etc/prometheus/rules/a.yaml')),
    { 'prometheus.yml': RULES },
  ],
  'rules that are made later': [
    prometheus(FLAG, volumes(MOUNT, '../generated:/etc/prometheus/rules')),
    { 'prometheus.yml': RULES },
  ],
  'one of two patterns that fits': [
    prometheus(FLAG, volumes(MOUNT, './rules:/etc/prometheus/rules')),
    { 'prometheus.yml': RULES.replace('[', '[rules/*.yml, ') },
  ],
  'a token that is sent': [
    prometheus(FLAG, volumes(MOUNT), 'secrets: [token]'),
    { 'prometheus.yml': job(', authorization: { credentials_file: /run/secrets/token }') },
    TOKEN,
  ],
  'TLS that is spoken': [
    prometheus(FLAG, volumes(MOUNT, './tls:/tls')),
    { 'prometheus.yml': job(', scheme: https, tls_config: { ca_file: /tls/ca.crt }') },
    CERTIFICATE,
  ],
  'authorities of the image': [
    prometheus(FLAG, volumes(MOUNT)),
    { 'prometheus.yml': job(', tls_config: { ca_file: /etc/ssl/certs/ca-certificates.crt }') },
  ],
  'a configuration in another file that sends the token': [
    prometheus(FLAG, volumes(MOUNT)),
    {
      'guarded.yml': job(', authorization: { credentials_file: /run/secrets/token }'),
      'compose.guarded.yaml': `services:\n  prometheus:\n    ${volumes('./guarded.yml:/etc/prometheus/prometheus.yml')}\n    secrets: [token]\n`,
    },
    TOKEN,
  ],
};

describe('the doctor before the monitoring of a Compose file', () => {
  const rows = Object.entries(BROKEN).flatMap(([code, all]) =>
    all.map(([added, found, files, notes]) => ({ code, added, found, files, notes })),
  );
  it.concurrent.each(rows)('says $code: $found', async ({ code, added, found, files, notes }) => {
    const told = typeof found === 'string' ? found : expect.stringMatching(found);
    expect(await diagnosis({ manifests: composed(added, files, notes) })).toEqual({ [code]: [told] });
  });

  it.concurrent.each(Object.entries(HEALTHY))(
    'finds nothing wrong with %s',
    async (_, [added, files, notes]) => {
      expect(await diagnosis({ manifests: composed(added, files, notes) })).toEqual({});
    },
  );
});
