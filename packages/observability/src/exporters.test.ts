import { describe, expect, it } from 'vitest';
import { exporterIn, unknownExporters } from './exporters.js';
import { resolveOptions } from './options.js';

describe('the exporters that variables name', () => {
  it.each([
    [undefined, undefined],
    ['', undefined],
    [' otlp ', 'otlp'],
    ['none', 'none'],
    ['zipkin', undefined],
    ['zipkin, console, otlp', 'console'],
  ])('OTEL_TRACES_EXPORTER=%j is %j', (value, expected) => {
    expect(exporterIn('OTEL_TRACES_EXPORTER', { OTEL_TRACES_EXPORTER: value })).toBe(expected);
  });

  it('that are not known are told, and break nothing', () => {
    const env = {
      OTEL_TRACES_EXPORTER: 'zipkin',
      OTEL_LOGS_EXPORTER: 'loki,otlp',
      OTEL_METRICS_EXPORTER: 'prometheus',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://localhost:4317',
    };
    expect(unknownExporters(env)).toEqual([
      'OTEL_TRACES_EXPORTER is ignored: expected one of otlp, console, none, got "zipkin"',
      'OTEL_LOGS_EXPORTER is ignored: expected one of otlp, none, got "loki"',
    ]);
    const config = resolveOptions({}, env);
    // As if it were not set.
    expect(config.traces.exporter).toBe('otlp');
    expect(config.log.otlp).toBe(true);
    expect(config.metrics.push).toBeUndefined();
    expect(config.warnings).toEqual(unknownExporters(env));
  });
});
