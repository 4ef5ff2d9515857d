import { describe, expect, it } from 'vitest';
import { composed, prometheus, service, volumes } from '../../support/composed.js';
import { diagnosis } from '../../support/doctor.js';

const PROMETHEUS = prometheus(volumes('./prometheus.yml:/etc/prometheus/prometheus.yml:ro'));
const GRAFANA = 'grafana/grafana:13.2.3';
const FOLDER = '/etc/grafana/provisioning/datasources';
const grafana = (mount: string, ...lines: readonly string[]) =>
  PROMETHEUS + service('grafana', GRAFANA, 'restart: always', volumes(mount), ...lines);

const source = (url: string, more = '') =>
  `apiVersion: 1\ndatasources:\n  - { name: Prometheus, type: prometheus, url: '${url}'${more} }\n`;
const WAYS = {
  'its whole folder': [
    './provisioning:/etc/grafana/provisioning:ro',
    'provisioning/datasources/prometheus.yaml',
  ],
  'the folder of the sources': [`./sources:${FOLDER}`, 'sources/prometheus.yml'],
  'one file': [`./source.yaml:${FOLDER}/source.yaml:ro`, 'source.yaml'],
} as const;
const [MOUNT, FILE] = WAYS['one file'];

describe('the doctor before a Grafana in Compose', () => {
  it.concurrent.each(Object.entries(WAYS))('reads the data sources of %s', async (_, [mount, file]) => {
    const manifests = composed(grafana(mount), { [file]: source('http://localhost:9090') });
    expect(await diagnosis({ manifests })).toEqual({
      'PMCP-D437': [
        'the data source Prometheus asks http://localhost:9090, and in the container of service grafana nobody listens there',
      ],
    });
  });

  it.concurrent.each([
    ['http://127.0.0.1:9090', 'and in the container of service grafana nobody listens there'],
    ['http://prometeus:9090', 'and no service has this name: did you mean "prometheus"?'],
    ['http://loki:3100', 'and no service has this name'],
  ])('says that nobody answers at %s', async (url, told) => {
    const found = await diagnosis({ manifests: composed(grafana(MOUNT), { [FILE]: source(url) }) });
    expect(found).toEqual({ 'PMCP-D437': [expect.stringContaining(`asks ${url}, ${told.slice(0, 28)}`)] });
  });

  it.concurrent.each<readonly [string, string, string]>([
    ['the name of the service', grafana(MOUNT), source('http://prometheus:9090')],
    ['the network of the host', grafana(MOUNT, 'network_mode: host'), source('http://localhost:9090')],
    ['a source that the browser asks', grafana(MOUNT), source('http://localhost:9090', ', access: direct')],
    ['Grafana itself', grafana(MOUNT), source('http://localhost:3000')],
    ['a host outside', grafana(MOUNT), source('https://prometheus.example.com')],
    ['the host of the containers', grafana(MOUNT), source('http://host.docker.internal:9090')],
    ['a variable', grafana(MOUNT), source(`${'$'}{PROMETHEUS_URL}`)],
    ['a source without an address', grafana(MOUNT), source('')],
    [
      'names from the file of hosts',
      grafana(MOUNT, "extra_hosts: ['metrics:10.0.0.7']"),
      source('http://metrics:9090'),
    ],
    [
      'another program',
      PROMETHEUS + service('shop', 'shop:1', 'restart: always', volumes(MOUNT)),
      source('http://localhost:9090'),
    ],
  ])('finds nothing wrong with %s', async (_, services, file) => {
    expect(await diagnosis({ manifests: composed(services, { [FILE]: file }) })).toEqual({});
  });
});
