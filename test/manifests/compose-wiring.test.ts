import { describe, expect, it } from 'vitest';
import { resolveOptions } from '../../packages/observability/src/options.js';
import { compose, networksOf, readYaml } from './compose.js';

interface Prometheus {
  readonly alerting: { readonly alertmanagers: readonly Targets[] };
  readonly scrape_configs: readonly {
    readonly job_name: string;
    readonly static_configs: Targets['static_configs'];
  }[];
}

interface Targets {
  readonly static_configs: readonly { readonly targets: readonly string[] }[];
}

interface DataSource {
  readonly uid: string;
  readonly type: string;
  readonly url: string;
}

const prometheus = readYaml<Prometheus>('prometheus.yml');
const collector = readYaml<{
  receivers: { otlp: { protocols: { grpc: { endpoint: string } } } };
  exporters: Record<string, { endpoint: string }>;
}>('collector.yaml');
const { datasources } = readYaml<{ datasources: (DataSource & { jsonData: object })[] }>(
  '../../dashboards/generated/provisioning/datasources/pmcp.yaml',
);
const environment = (service: string) => compose.services[service]?.environment ?? {};

const portOf = (endpoint: string) => Number(endpoint.split(':').at(-1));
const loki = readYaml<{ server: { http_listen_port: number } }>('loki.yaml').server.http_listen_port;
const tempo = readYaml<{
  server: { http_listen_port: number };
  distributor: { receivers: { otlp: { protocols: { grpc: { endpoint: string } } } } };
}>('tempo.yaml');

/** Where each service listens: the port in its file, or the default of the software. */
const LISTENS: Readonly<Record<string, readonly (number | undefined)[]>> = {
  notes: [resolveOptions({}, {}).metrics.port],
  postgres: [5432],
  redis: [6379],
  'postgres-exporter': [9187],
  'redis-exporter': [9121],
  prometheus: [9090],
  alertmanager: [9093],
  loki: [loki],
  tempo: [tempo.server.http_listen_port, portOf(tempo.distributor.receivers.otlp.protocols.grpc.endpoint)],
  'otel-collector': [portOf(collector.receivers.otlp.protocols.grpc.endpoint), 8888],
  grafana: [3000],
};

const urls = (service: string, addresses: readonly string[]) =>
  addresses.map((address) => {
    const { hostname, port } = new URL(address.includes('://') ? address : `tcp://${address}`);
    return { from: service, to: hostname === 'localhost' ? service : hostname, port: Number(port) };
  });

const targets = ({ static_configs }: Targets) => static_configs.flatMap((config) => config.targets);

const links = [
  ...urls(
    'prometheus',
    [...prometheus.scrape_configs, ...prometheus.alerting.alertmanagers].flatMap(targets),
  ),
  ...urls(
    'otel-collector',
    Object.values(collector.exporters).map(({ endpoint }) => endpoint),
  ),
  ...urls(
    'grafana',
    datasources.map(({ url }) => url),
  ),
  ...urls('notes', [environment('notes').OTEL_EXPORTER_OTLP_ENDPOINT ?? '']),
  ...urls('postgres-exporter', [environment('postgres-exporter').DATA_SOURCE_URI ?? '']),
  ...urls('redis-exporter', [environment('redis-exporter').REDIS_ADDR ?? '']),
];

describe('services that talk to each other', () => {
  it.each(links)('$from reaches $to on $port', ({ from, to, port }) => {
    const [caller, called] = [compose.services[from], compose.services[to]];
    expect(called).toBeDefined();
    expect(LISTENS[to]).toContain(port);
    expect(networksOf(called!).some((network) => networksOf(caller!).includes(network))).toBe(true);
  });

  it('are all scraped, except those that an exporter covers', () => {
    const scraped = links.filter(({ from }) => from === 'prometheus').map(({ to }) => to);
    const expected = Object.keys(compose.services).filter((name) => !['postgres', 'redis'].includes(name));
    expect([...new Set(scraped)].sort()).toEqual(expected.sort());
  });
});

describe('the data sources of Grafana', () => {
  it('refer to each other by existing ids', () => {
    const ids = datasources.map(({ uid }) => uid);
    const named = [...JSON.stringify(datasources).matchAll(/"datasourceUid":"([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(named.length).toBeGreaterThan(2);
    for (const id of named) expect(ids).toContain(id);
  });
});
