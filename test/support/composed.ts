import { join } from 'node:path';
import { temporaryFolder, writeFiles } from '../fixtures/temporary-folder.js';

export type Files = Readonly<Record<string, string>>;

export const job = (more = '') => `scrape_configs:
  - { job_name: pmcp, static_configs: [{ targets: ['notes:9464'] }]${more} }
`;
const DEFAULTS: Files = {
  'prometheus.yml': job(),
  'alertmanager.yml': 'route: { receiver: page }\nreceivers: [{ name: page }]\n',
  'collector.yaml': 'receivers: { otlp: }\nexporters: { debug: }\nservice: { pipelines: }\n',
  'rules/alert-rules.yaml': 'groups: []\n',
};

/** A Compose file with a server and one more service, and what else is in its folder. */
export function composed(service: string, files: Files = {}, notes = ''): string {
  const folder = join(temporaryFolder('doctor'), 'deploy');
  const compose = `services:
  notes:
    image: notes:1
    restart: always
    stop_grace_period: 30s
    secrets: [token, crt]
    environment: { PMCP_METRICS_PORT: 9464, PMCP_METRICS_HOST: 0.0.0.0${notes} }
${service}`;
  writeFiles(folder, { ...DEFAULTS, 'compose.yaml': compose, ...files });
  return folder;
}

export const service = (name: string, image: string, ...lines: readonly string[]) =>
  `  ${name}:\n    image: ${image}\n${lines.map((line) => `    ${line}\n`).join('')}`;
export const prometheus = (...lines: readonly string[]) =>
  service('prometheus', 'prom/prometheus:v3.5.0', ...lines);
export const alertmanager = (...lines: readonly string[]) =>
  service('alertmanager', 'prom/alertmanager:v0.31.1', volumes(ALERTS), ...lines);
const ALERTS = './alertmanager.yml:/etc/alertmanager/alertmanager.yml';
export const volumes = (...all: readonly string[]) => `volumes: [${all.map((one) => `'${one}'`).join(', ')}]`;
