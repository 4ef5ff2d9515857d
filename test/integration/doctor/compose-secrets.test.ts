import { describe, expect, it } from 'vitest';
import { alertmanager, composed, type Files, service, volumes } from '../../support/composed.js';
import { diagnosis } from '../../support/doctor.js';

const slack = (file: string, key = 'api_url_file') => ({
  'alertmanager.yml': `route: { receiver: page }\nreceivers: [{ name: page, slack_configs: [{ channel: a, ${key}: ${file} }] }]\n`,
});

/** A variable of Compose. */
const variable = (text: string) => `\${${text}}`;

type Row = readonly [service: string, found: string | RegExp, files?: Files];

const BROKEN: readonly Row[] = [
  [
    `${alertmanager()}secrets: { slack: { file: ./slack.txt } }\n`,
    'service alertmanager: api_url_file is /run/secrets/slack, which nothing mounts',
    slack('/run/secrets/slack'),
  ],
  [
    alertmanager('secrets: [{ source: slack, target: slack_url }]'),
    'service alertmanager: api_url_file is /run/secrets/slack, which nothing mounts',
    slack('/run/secrets/slack'),
  ],
  [
    alertmanager(),
    'service alertmanager: password_file is pass.txt, which nothing mounts',
    slack('pass.txt', 'http_config: { basic_auth: { password_file: pass.txt } }, title'),
  ],
  [
    service(
      'collector',
      'otel/opentelemetry-collector-contrib:0.159.0',
      volumes('./collector.yaml:/etc/otelcol-contrib/config.yaml'),
    ),
    /^service collector: ca_file is \/run\/secrets\/ca.crt, which/,
    { 'collector.yaml': 'exporters: { otlp: { tls: { ca_file: /run/secrets/ca.crt } } }\n' },
  ],
  [
    service('db', 'warehouse:18', 'environment: [POSTGRES_PASSWORD_FILE=/run/secrets/password]'),
    'service db: POSTGRES_PASSWORD_FILE is /run/secrets/password, and the service does not have this secret',
  ],
  [
    service('proxy', 'proxy:1', "command: ['--token-file', /run/secrets/agent, --port=1]"),
    'service proxy: --token-file is /run/secrets/agent, and the service does not have this secret',
  ],
];

const HEALTHY: Readonly<Record<string, readonly [service: string, files?: Files]>> = {
  'a webhook that is a secret': [alertmanager('secrets: [slack]'), slack('/run/secrets/slack')],
  'a webhook of another name': [
    alertmanager('secrets: [{ source: slack, target: /etc/alertmanager/slack }]'),
    slack('slack'),
  ],
  'a webhook that another file gives': [
    alertmanager(),
    {
      ...slack('/run/secrets/slack'),
      'compose.override.yaml': 'services: { alertmanager: { secrets: [slack] } }\n',
    },
  ],
  'secrets in a volume': [
    service(
      'db',
      'warehouse:18',
      'environment: { PASSWORD_FILE: /run/secrets/p }',
      volumes('kept:/run/secrets'),
    ),
  ],
  'secrets in memory': [
    service(
      'db',
      'warehouse:18',
      'environment: { PASSWORD_FILE: /run/secrets/p }',
      "tmpfs: ['/run:size=1m']",
    ),
  ],
  'secrets that a script writes': [
    service(
      'db',
      'warehouse:18',
      'environment: { PASSWORD_FILE: /run/secrets/p }',
      'command: [sh, -c, "fetch > /run/secrets/p && exec start"]',
    ),
  ],
  'a secret that a variable may name': [
    service('db', 'warehouse:18', `environment: { PASSWORD_FILE: '${variable('FILE:-/run/secrets/p')}' }`),
  ],
};

describe('the doctor before the secrets of a Compose file', () => {
  const rows = BROKEN.map(([added, found, files]) => ({ added, found, files }));
  it.concurrent.each(rows)('says PMCP-D411: $found', async ({ added, found, files }) => {
    const told = typeof found === 'string' ? found : expect.stringMatching(found);
    expect(await diagnosis({ manifests: composed(added, files) })).toEqual({ 'PMCP-D411': [told] });
  });

  it.concurrent.each(Object.entries(HEALTHY))('finds nothing wrong with %s', async (_, [added, files]) => {
    expect(await diagnosis({ manifests: composed(added, files) })).toEqual({});
  });
});
