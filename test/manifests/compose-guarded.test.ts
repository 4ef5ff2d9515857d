import { describe, expect, it } from 'vitest';
import { resolveOptions } from '../../packages/observability/src/options.js';
import { accessOf } from '../../prometheus/scrape/access.js';
import { type Collector, wiringFaults } from './collector.js';
import { compose, guarded, readYaml } from './compose.js';

interface Prometheus {
  readonly scrape_configs: readonly { readonly job_name: string }[];
}

const SECRETS = '/run/secrets/';
const tls = (file: string) =>
  readYaml<{ receivers: { otlp: { protocols: { grpc: { tls?: Record<string, string> } } } } }>(file).receivers
    .otlp.protocols.grpc.tls;

/** Returns the names of all secrets that a service reads. */
function read(name: string): string[] {
  const files: Readonly<Record<string, unknown>> = {
    notes: guarded.services.notes?.environment,
    prometheus: readYaml('guarded/prometheus.yml'),
    'otel-collector': readYaml('guarded/collector.yaml'),
  };
  const found = JSON.stringify(files[name]).matchAll(/"\/run\/secrets\/([^"]+)"/g);
  return [...new Set([...found].map(([, file]) => file!))].sort();
}

describe('the guarded variant of the compose file', () => {
  it.each(Object.entries(guarded.services))(
    'gives %s the secrets that it reads',
    (name, { secrets = [] }) => {
      expect(compose.services).toHaveProperty([name]);
      expect([...secrets].sort()).toEqual(read(name));
      for (const secret of secrets) expect(guarded.secrets).toHaveProperty([secret]);
    },
  );

  it('has no unused secret, and none in the repository', () => {
    const all = Object.values(guarded.services).flatMap(({ secrets = [] }) => secrets);
    expect(Object.keys(guarded.secrets).sort()).toEqual([...new Set(all)].sort());
    for (const [name, { file }] of Object.entries(guarded.secrets)) expect(file).toBe(`./secrets/${name}`);
  });

  it('makes the server require a token over TLS, except for health checks', () => {
    const { notes } = guarded.services;
    const { access } = resolveOptions({}, notes?.environment ?? {}).metrics;
    expect(access.files).toMatchObject({
      tls: { cert: `${SECRETS}notes.crt`, key: `${SECRETS}notes.key` },
      token: `${SECRETS}scrape.token`,
    });
    expect(notes?.healthcheck?.test?.join(' ')).toContain(
      `http://127.0.0.1:${access.healthPort}/health/ready`,
    );
  });

  it('makes Prometheus scrape the server as the generator would, and all other targets as before', () => {
    const plain = readYaml<Prometheus>('prometheus.yml');
    const bearerTokenFile = `${SECRETS}scrape.token`;
    const access = accessOf({ tls: { caFile: `${SECRETS}ca.crt` }, bearerTokenFile });
    const scrape_configs = plain.scrape_configs.map((job) =>
      job.job_name === 'pmcp' ? { ...job, ...access } : job,
    );
    expect(readYaml('guarded/prometheus.yml')).toEqual({ ...plain, scrape_configs });
  });

  it('makes the collector receive telemetry over TLS, where the server sends it', () => {
    expect(tls('collector.yaml')).toBeUndefined();
    expect(tls('guarded/collector.yaml')).toMatchObject({ cert_file: `${SECRETS}collector.crt` });
    expect(guarded.services.notes?.environment?.OTEL_EXPORTER_OTLP_ENDPOINT).toBe(
      compose.services.notes?.environment?.OTEL_EXPORTER_OTLP_ENDPOINT?.replace('http:', 'https:'),
    );
    const [first, second] = guarded.services['otel-collector']?.command ?? [];
    expect(first).toBe(compose.services['otel-collector']?.command?.[0]);
    expect(guarded.services['otel-collector']?.volumes).toEqual([
      `./guarded/collector.yaml:${second?.replace('--config=', '')}:ro`,
    ]);
    const plain = readYaml<Collector>('collector.yaml');
    expect(wiringFaults(plain)).toEqual([]);
    expect(Object.keys(readYaml<Collector>('guarded/collector.yaml').receivers)).toEqual(
      Object.keys(plain.receivers),
    );
  });
});
