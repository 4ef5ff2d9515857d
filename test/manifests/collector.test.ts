import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { OTLP_EXPORTERS } from '../../prometheus/collector.js';
import { type Collector, wiringFaults } from './collector.js';
import { readYaml } from './compose.js';

/** A component is named by its type, and a name of its own. */
const typeOf = (component: string) => component.replace(/\/.*/, '');

/** Returns the path of every configuration of a collector in the repository, except in charts. */
function collectors(): string[] {
  const paths = ['examples', 'prometheus/generated'].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((path) => `${folder}/${path}`),
  );
  const written = paths.filter((path) => /\.ya?ml$/.test(path) && !path.includes('node_modules'));
  return written.filter((path) => /^exporters:/m.test(readFileSync(path, 'utf8'))).sort();
}

const collector = readYaml<Collector>('collector.yaml');

describe('the configuration of the collector', () => {
  it('has no wiring faults', () => {
    expect(wiringFaults(collector)).toEqual([]);
  });

  it('carries all three signals', () => {
    expect(Object.keys(collector.service.pipelines)).toEqual(['traces', 'logs', 'metrics']);
  });
});

describe.each(collectors())('%s', (path) => {
  it('sends each signal through the exporter that the generator uses for it', () => {
    const { exporters, service } = parse(readFileSync(path, 'utf8')) as Collector;
    for (const [pipeline, { exporters: used = [] }] of Object.entries(service.pipelines)) {
      const [signal] = pipeline.split('/') as [keyof typeof OTLP_EXPORTERS];
      expect(used.map(typeOf)).toEqual([OTLP_EXPORTERS[signal]]);
    }
    const known: readonly string[] = Object.values(OTLP_EXPORTERS);
    expect(
      Object.keys(exporters)
        .map(typeOf)
        .filter((type) => !known.includes(type)),
    ).toEqual([]);
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
