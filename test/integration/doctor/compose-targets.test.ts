import { describe, expect, it } from 'vitest';
import { alertmanager, composed, type Files, prometheus, service, volumes } from '../../support/composed.js';
import { diagnosis } from '../../support/doctor.js';

const MOUNT = volumes('./prometheus.yml:/etc/prometheus/prometheus.yml:ro');
const RULES_MOUNT = volumes(
  './prometheus.yml:/etc/prometheus/prometheus.yml:ro',
  './rules:/etc/prometheus/rules',
);

/** A configuration with one target of a job beside that of the server. */
function scraping(target: string, name = 'others', more = ''): Files {
  const configuration = `scrape_configs:
  - { job_name: pmcp, static_configs: [{ targets: ['notes:9464'] }] }
  - { job_name: ${name}, static_configs: [{ targets: ['${target}'] }]${more} }
`;
  return { 'prometheus.yml': configuration };
}

function alerting(target: string): Files {
  const [file] = Object.values(scraping('notes:9464'));
  return {
    'prometheus.yml': `${file}alerting: { alertmanagers: [{ static_configs: [{ targets: ['${target}'] }] }] }\n`,
  };
}

type Row = readonly [service: string, files: Files, found: string];

const WRONG: readonly Row[] = [
  [
    prometheus(MOUNT),
    scraping('localhost:9090', 'pmcp-crm'),
    'job pmcp-crm names localhost:9090, which is Prometheus itself in the container of service prometheus',
  ],
  [
    prometheus(
      MOUNT,
      'command: --config.file=/etc/prometheus/prometheus.yml --web.listen-address=0.0.0.0:80',
    ),
    scraping('127.0.0.1:9090', 'pmcp'),
    'job pmcp names 127.0.0.1:9090, and in the container of service prometheus nobody listens there',
  ],
  [
    prometheus(MOUNT),
    scraping('localhost:9100', 'node'),
    'job node names localhost:9100, and in the container of service prometheus nobody listens there',
  ],
  [
    prometheus(MOUNT),
    scraping('note:9464', 'pmcp'),
    'job pmcp names note:9464, and no service has this name; did you mean notes?',
  ],
  [
    prometheus(MOUNT),
    scraping('database:9187'),
    'job others names database:9187, and no service has this name',
  ],
  [
    prometheus(MOUNT),
    scraping('notes:3000', 'pmcp'),
    'job pmcp names notes:3000, and PMCP_METRICS_PORT of this service is 9464',
  ],
  [
    `${prometheus(MOUNT)}${alertmanager()}`,
    alerting('alertmanagr:9093'),
    '`alerting` names alertmanagr:9093, and no service has this name; did you mean alertmanager?',
  ],
  [
    `${prometheus(MOUNT)}${alertmanager()}`,
    alerting('localhost:9093'),
    '`alerting` names localhost:9093, and in the container of service prometheus nobody listens there',
  ],
];

const RELABELLED = ', relabel_configs: [{ target_label: __address__, replacement: "notes:9464" }]';

const FINE: Readonly<Record<string, readonly [service: string, files: Files]>> = {
  'Prometheus scrapes itself': [prometheus(MOUNT), scraping('localhost:9090', 'prometheus')],
  'Prometheus scrapes itself at its own port': [
    prometheus(
      MOUNT,
      'command: [--config.file=/etc/prometheus/prometheus.yml, "--web.listen-address=:9191"]',
    ),
    scraping('localhost:9191', 'prometheus'),
  ],
  'it is on the network of the host': [
    prometheus(MOUNT, 'network_mode: host'),
    {
      'prometheus.yml':
        'scrape_configs: [{ job_name: pmcp, static_configs: [{ targets: ["localhost:9464"] }] }]\n',
    },
  ],
  'a target has a name of the container': [
    `${prometheus(MOUNT)}${service('db', 'postgres-exporter:1', 'restart: always', 'container_name: database')}`,
    scraping('database:9187'),
  ],
  'a target has an alias in a network': [
    `${prometheus(MOUNT)}${service('db', 'exporter:1', 'restart: always', 'networks: { default: { aliases: [database] } }')}`,
    scraping('database:9187'),
  ],
  'a target is a host outside': [prometheus(MOUNT), scraping('db1.example.com:9187')],
  'a target is the host': [prometheus(MOUNT), scraping('host.docker.internal:9100')],
  'a target is an address': [prometheus(MOUNT), scraping('10.0.0.7:9100')],
  'names come from the file of hosts': [
    prometheus(MOUNT, "extra_hosts: ['database:10.0.0.7']"),
    scraping('database:9187'),
  ],
  'a network is shared with another project': [
    `${prometheus(MOUNT)}networks: { default: { external: true, name: company } }\n`,
    scraping('database:9187'),
  ],
  'targets are addresses to probe': [
    prometheus(MOUNT),
    scraping('https://a.example.com', 'probe', RELABELLED),
  ],
  'relabelling decides about the address': [prometheus(MOUNT), scraping('anything:1', 'probe', RELABELLED)],
  'a variable is filled in before the start': [prometheus(MOUNT), scraping('$'.concat('{DB}:9187'))],
  'a proxy asks': [
    prometheus(MOUNT),
    scraping('database:9187', 'others', ', proxy_url: "http://proxy:3128"'),
  ],
  'alerts go to the Alertmanager': [`${prometheus(MOUNT)}${alertmanager()}`, alerting('alertmanager:9093')],
};

const WITH_RULES: Files = {
  'prometheus.yml': `rule_files: [rules/*.yaml]\n${Object.values(scraping('notes:9464'))[0]}`,
};

describe('the doctor before the targets of Prometheus in Compose', () => {
  it.concurrent.each(WRONG)('says what is wrong with a target: %#', async (added, files, found) => {
    expect(await diagnosis({ manifests: composed(added, files) })).toEqual({ 'PMCP-D419': [found] });
  });

  it.concurrent.each(Object.entries(FINE))('finds nothing wrong where %s', async (_, [added, files]) => {
    expect(await diagnosis({ manifests: composed(added, files) })).toEqual({});
  });

  it('says that nobody sends alerts to the Alertmanager', async () => {
    const services = `${prometheus(RULES_MOUNT)}${alertmanager()}`;
    expect(await diagnosis({ manifests: composed(services, WITH_RULES) })).toEqual({
      'PMCP-D420': [
        'service prometheus has rules and no `alerting`, so that service alertmanager gets no alerts',
      ],
    });
  });
});
