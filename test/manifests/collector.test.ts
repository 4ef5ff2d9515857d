import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type Collector, wiringFaults } from './collector.js';
import { readYaml } from './compose.js';

const collector = readYaml<Collector>('collector.yaml');

describe('the configuration of the collector', () => {
  it('has no wiring faults', () => {
    expect(wiringFaults(collector)).toEqual([]);
  });

  it('carries all three signals', () => {
    expect(Object.keys(collector.service.pipelines)).toEqual(['traces', 'logs', 'metrics']);
  });

  it('names exporters like the generated configuration', () => {
    const generated = parse(readFileSync('prometheus/generated/otel-collector.yml', 'utf8')) as Collector;
    const types = ({ service: { pipelines } }: Collector, signal: string) =>
      pipelines[signal]?.exporters?.map((name) => name.split('/')[0]);
    for (const signal of ['traces', 'logs', 'metrics'])
      expect(types(generated, signal)).toEqual(types(collector, signal));
  });
});

describe('the check of the wiring', () => {
  it('finds what is used but not defined, and what is defined but not used', () => {
    const { otlp: _, ...receivers } = collector.receivers;
    expect(wiringFaults({ ...collector, receivers: { ...receivers, jaeger: {} } })).toEqual([
      'receivers: otlp is used but not defined',
      'receivers: jaeger is defined but not used',
    ]);
    expect(wiringFaults({ ...collector, extensions: { pprof: {} } })).toEqual([
      'extensions: pprof is defined but not used',
    ]);
  });

  it('finds a pipeline that does nothing, or has no signal', () => {
    const service = { pipelines: { ...collector.service.pipelines, spans: {} } };
    expect(wiringFaults({ ...collector, service })).toEqual([
      'pipeline spans has no known signal',
      'pipeline spans has no receiver',
      'pipeline spans has no exporter',
      'pipeline spans does not begin with memory_limiter',
    ]);
  });
});
