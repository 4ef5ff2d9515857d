import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type CollectorOptions, collectorConfig } from './collector.js';
import { prometheusFiles } from './files.js';

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

/** What a collector refuses at start-up, and what it would keep without using it. */
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
  ])('hangs together: %j', (options) => {
    const config = collectorConfig(options) as Config;
    expect(problems(config)).toEqual([]);
    const wanted = (['traces', 'logs', 'metrics'] as const).filter((signal) => options[signal]);
    expect(Object.keys(config.service.pipelines)).toEqual(wanted);
  });

  it('hangs together as it is shipped', () => {
    const text = prometheusFiles['prometheus/generated/otel-collector.yml']!();
    expect(problems(parse(text))).toEqual([]);
  });

  it('takes OTLP on the usual ports, from this machine only unless it is told otherwise', () => {
    const grpc = (options: CollectorOptions) => JSON.stringify(collectorConfig(options));
    // biome-ignore-start lint/suspicious/noTemplateCurlyInString: variables of the collector
    expect(grpc(all)).toContain('"grpc":{"endpoint":"${env:OTLP_HOST:-localhost}:4317"}');
    expect(grpc({ ...all, host: '0.0.0.0' })).toContain(
      '"grpc":{"endpoint":"${env:OTLP_HOST:-0.0.0.0}:4317"}',
    );
    // biome-ignore-end lint/suspicious/noTemplateCurlyInString: variables of the collector
  });

  it('sends traces in plain text only when it is told so', () => {
    expect(JSON.stringify(collectorConfig(all))).not.toContain('insecure');
    expect(JSON.stringify(collectorConfig({ ...all, plaintext: true }))).toContain('"tls":{"insecure":true}');
  });

  it.each<[unknown, string]>([
    [{}, 'Expected `traces` to be given, or `logs`, or `metrics`, got undefined'],
    [{ traces: 'http://tempo:4317' }, 'Expected `traces` to be an address'],
    [{ logs: 'loki:3100' }, 'Expected `logs` to be an http or https URL'],
    [{ metrics: 'http://me:secret@x' }, 'Expected `metrics` to be an http or https URL'],
    [{ traces: 'a:1', memoryPercent: 101 }, 'Expected `memoryPercent` to be an integer from 16 to 100'],
    [{ traces: 'a:1', host: 'a b' }, 'Expected `host` to be'],
  ])('refuses %j', (options, message) => {
    expect(() => collectorConfig(options as CollectorOptions)).toThrow(message);
  });
});
