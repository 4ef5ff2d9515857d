import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type CollectorOptions, collectorConfig } from './collector.js';
import { COLLECTOR_OVER_MTLS } from './deployments.js';
import { prometheusFiles } from './files.js';
import { prometheusConfig } from './scrape/config.js';

type Components = Readonly<Record<string, unknown>>;
type Section = 'receivers' | 'processors' | 'exporters';

interface Config extends Readonly<Record<Section, Components>> {
  readonly extensions: Components;
  readonly service: {
    readonly extensions: readonly string[];
    readonly pipelines: Readonly<Record<string, Readonly<Record<Section, readonly string[]>>>>;
  };
}

const SECTIONS: readonly Section[] = ['receivers', 'processors', 'exporters'];

/** Returns what a collector rejects at start-up, and what it would not use. */
function problems({ extensions, service, ...config }: Config): string[] {
  const pipelines = Object.entries(service.pipelines);
  const undefinedOnes = pipelines.flatMap(([name, pipeline]) =>
    SECTIONS.flatMap((section) =>
      pipeline[section].filter((id) => !(id in config[section])).map((id) => `${name} uses undefined ${id}`),
    ),
  );
  const used = (section: Section) => pipelines.flatMap(([, pipeline]) => pipeline[section]);
  const unused = SECTIONS.flatMap((section) =>
    Object.keys(config[section]).filter((id) => !used(section).includes(id)),
  );
  const empty = pipelines.filter(([, { receivers, exporters }]) => !receivers.length || !exporters.length);
  const badKinds = pipelines.filter(([name]) => !/^(traces|logs|metrics)(\/.+)?$/.test(name));
  const order = pipelines.filter(
    ([, { processors }]) => processors[0] !== 'memory_limiter' || processors.at(-1) !== 'batch',
  );
  const strange = service.extensions.filter((id) => !(id in extensions));
  return [
    ...undefinedOnes,
    ...unused,
    ...strange,
    ...[...empty, ...badKinds, ...order].map(([name]) => name),
  ];
}

const all: CollectorOptions = {
  traces: 'tempo:4317',
  logs: 'http://loki:3100/otlp',
  metrics: 'https://mimir/otlp',
};

describe('the configuration of a collector', () => {
  it.each<CollectorOptions>([
    all,
    { traces: 'tempo:4317' },
    { logs: 'http://loki:3100/otlp' },
    { metrics: 'http://prometheus:9090/api/v1/otlp', host: '0.0.0.0', memoryPercent: 50 },
    { ...all, scrape: { docker: {} } },
  ])('has no wiring faults: %j', (options) => {
    const config = collectorConfig(options) as Config;
    expect(problems(config)).toEqual([]);
    const wanted = (['traces', 'logs', 'metrics'] as const).filter((signal) => options[signal]);
    expect(Object.keys(config.service.pipelines)).toEqual(wanted);
  });

  it.each(['otel-collector', 'otel-collector-mtls'])(
    'has no wiring faults as it is shipped, as %s',
    (name) => {
      const text = prometheusFiles[`prometheus/generated/${name}.yml`]!();
      expect(problems(parse(text))).toEqual([]);
    },
  );

  it('receives OTLP on the usual ports, by default only from this machine', () => {
    const grpc = (options: CollectorOptions) => JSON.stringify(collectorConfig(options));
    // biome-ignore-start lint/suspicious/noTemplateCurlyInString: variables of the collector
    expect(grpc(all)).toContain('"grpc":{"endpoint":"${env:OTLP_HOST:-localhost}:4317"}');
    expect(grpc({ ...all, host: '0.0.0.0' })).toContain(
      '"grpc":{"endpoint":"${env:OTLP_HOST:-0.0.0.0}:4317"}',
    );
    // biome-ignore-end lint/suspicious/noTemplateCurlyInString: variables of the collector
  });

  it('sends traces in plain text only if it is told to', () => {
    expect(JSON.stringify(collectorConfig(all))).not.toContain('insecure');
    expect(JSON.stringify(collectorConfig({ ...all, plaintext: true }))).toContain('"tls":{"insecure":true}');
  });

  it('receives telemetry over TLS only with a certificate, on both ports', () => {
    const tls = { certFile: '/a.crt', keyFile: '/a.key' };
    const protocols = (options: CollectorOptions) => {
      const { otlp } = (collectorConfig(options) as Config).receivers as { otlp: { protocols: object } };
      return Object.values(otlp.protocols).map((protocol) => protocol.tls);
    };
    const shown = { cert_file: '/a.crt', key_file: '/a.key', reload_interval: '1m' };
    const asked = { ...shown, client_ca_file: '/ca.crt', client_ca_file_reload: true };
    expect(protocols(all)).toEqual([undefined, undefined]);
    expect(protocols({ ...all, tls })).toEqual([shown, shown]);
    expect(protocols({ ...all, tls: { ...tls, clientCaFile: '/ca.crt' } })).toEqual([asked, asked]);
  });

  it('scrapes like Prometheus, and escapes `$` as `$$`', () => {
    const { prometheus } = (collectorConfig(COLLECTOR_OVER_MTLS) as Config).receivers;
    const { config } = prometheus as { config: { scrape_configs: object } };
    const text = JSON.stringify(config.scrape_configs);
    expect(text).toContain('$$');
    expect(text.replaceAll('$$', '')).not.toContain('$');
    const { scrape_configs } = parse(prometheusConfig(COLLECTOR_OVER_MTLS.scrape!));
    expect(JSON.parse(text.replaceAll('$$', '$'))).toEqual(scrape_configs);
  });

  it.each<[unknown, string]>([
    [
      { traces: 'a:1', scrape: { docker: {} } },
      'Expected `metrics` to be given with `scrape`, got undefined',
    ],
    [
      { metrics: 'http://m', scrape: { docker: {}, servers: { tls: { certFile: 'a' } } } },
      'Expected `servers.tls.keyFile`',
    ],
    [{ traces: 'a:1', tls: { certFile: 'a' } }, 'Expected `tls.keyFile` to be a text in one line'],
    [{}, 'Expected `traces` to be given, or `logs`, or `metrics`, got undefined'],
    [{ traces: 'http://tempo:4317' }, 'Expected `traces` to be an address'],
    [{ logs: 'loki:3100' }, 'Expected `logs` to be an http or https URL'],
    [{ metrics: 'http://me:secret@x' }, 'Expected `metrics` to be an http or https URL'],
    [{ traces: 'a:1', memoryPercent: 101 }, 'Expected `memoryPercent` to be an integer from 16 to 100'],
    [{ traces: 'a:1', host: 'a b' }, 'Expected `host` to be'],
  ])('rejects %j', (options, message) => {
    expect(() => collectorConfig(options as CollectorOptions)).toThrow(message);
  });
});
