import { describe, expect, it } from 'vitest';
import { resolveOptions } from './options.js';
import { namesIn, unknownNames } from './otel.js';

describe('the exporters in variables', () => {
  it.each([
    [undefined, []],
    ['', []],
    [' otlp ', ['otlp']],
    ['none', ['none']],
    ['zipkin', []],
    ['zipkin, console, otlp, console', ['console', 'otlp']],
  ])('OTEL_TRACES_EXPORTER=%j are %j', (value, expected) => {
    expect(namesIn('OTEL_TRACES_EXPORTER', { OTEL_TRACES_EXPORTER: value })).toEqual(expected);
  });

  it('that are unknown are reported, and break nothing', () => {
    const env = {
      OTEL_TRACES_EXPORTER: 'zipkin',
      OTEL_LOGS_EXPORTER: 'loki,otlp',
      OTEL_METRICS_EXPORTER: 'prometheus',
      OTEL_PROPAGATORS: 'b3,tracecontext',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://localhost:4317',
    };
    expect(unknownNames(env).map(({ code }) => code)).toEqual(Array(3).fill('PMCP_W_OTEL_VALUE'));
    expect(unknownNames(env).map(({ text }) => text)).toEqual([
      'OTEL_TRACES_EXPORTER is ignored: expected one of otlp, console, none, got "zipkin"',
      'OTEL_LOGS_EXPORTER is ignored: expected one of otlp, none, got "loki"',
      'OTEL_PROPAGATORS is ignored: expected one of tracecontext, baggage, none, got "b3"',
    ]);
    const config = resolveOptions({}, env);
    // The default, as if the variable were not set.
    expect(config.traces.exporters).toEqual(['otlp']);
    expect(config.log.otlp).toBe(true);
    expect(config.metrics.push).toBeUndefined();
    expect(config.warnings).toEqual(unknownNames(env));
  });

  it('include the aggregation of histograms', () => {
    const pushed = (aggregation: string) => {
      const env = {
        OTEL_METRICS_EXPORTER: 'otlp',
        OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION: aggregation,
      };
      const { metrics, warnings } = resolveOptions({}, env);
      return [metrics.push?.exponential, warnings.map(({ text }) => text)];
    };
    expect(pushed('')).toEqual([false, []]);
    expect(pushed('explicit_bucket_histogram')).toEqual([false, []]);
    expect(pushed('base2_exponential_bucket_histogram')).toEqual([true, []]);
    expect(pushed('native')).toEqual([
      false,
      [
        'OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION is ignored: ' +
          'expected one of explicit_bucket_histogram, base2_exponential_bucket_histogram, got "native"',
      ],
    ]);
  });

  it('are all of a list', () => {
    const env = { OTEL_METRICS_EXPORTER: 'prometheus,otlp', OTEL_TRACES_EXPORTER: 'console,otlp' };
    const { metrics, traces } = resolveOptions({}, env);
    expect(metrics.push).toBeDefined();
    expect(traces.exporters).toEqual(['console', 'otlp']);
    expect(resolveOptions({}, { OTEL_TRACES_EXPORTER: 'none' }).traces.exporters).toEqual([]);
    expect(resolveOptions({ traces: { exporter: 'none' } }, env).traces.exporters).toEqual([]);
  });
});

describe('the propagators', () => {
  it.each([
    [undefined, ['tracecontext', 'baggage']],
    ['', ['tracecontext', 'baggage']],
    ['b3', ['tracecontext', 'baggage']],
    ['baggage', ['baggage']],
    ['tracecontext, b3', ['tracecontext']],
    ['none', []],
  ])('of OTEL_PROPAGATORS=%j are %j', (OTEL_PROPAGATORS, expected) => {
    expect(resolveOptions({}, { OTEL_PROPAGATORS }).traces.propagators).toEqual(expected);
  });
});

describe('a disabled SDK', () => {
  const env = { OTEL_SDK_DISABLED: ' TRUE ', OTEL_METRICS_EXPORTER: 'otlp', OTEL_LOGS_EXPORTER: 'otlp' };

  it('sends nothing, whatever else is set, and passes contexts through', () => {
    const { traces, log, metrics } = resolveOptions({ log: { otlp: true }, traces: { mode: 'full' } }, env);
    expect([traces.mode, log.otlp, metrics.push]).toEqual(['propagation-only', false, undefined]);
  });

  it('does not pass contexts through if traces or propagators are off', () => {
    expect(resolveOptions({ traces: { mode: 'off' } }, env).traces.mode).toBe('off');
    expect(resolveOptions({}, { ...env, OTEL_PROPAGATORS: 'none' }).traces.mode).toBe('off');
    const nothing = resolveOptions({ traces: { mode: 'propagation-only' } }, { OTEL_PROPAGATORS: 'none' });
    expect(nothing.traces.mode).toBe('off');
  });

  it('requires the value true', () => {
    expect(resolveOptions({}, { OTEL_SDK_DISABLED: '1' }).traces.mode).toBe('full');
  });
});

describe('an unsupported protocol', () => {
  it('is reported for the exported signals', () => {
    const env = {
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_EXPORTER_OTLP_LOGS_PROTOCOL: 'grpc',
      OTEL_METRICS_EXPORTER: 'otlp',
      OTEL_LOGS_EXPORTER: 'otlp',
    };
    expect(resolveOptions({}, env).warnings).toEqual([
      {
        code: 'PMCP_W_OTLP_PROTOCOL',
        text: 'OTEL_EXPORTER_OTLP_PROTOCOL: expected grpc or http/protobuf, got "http/json"; metrics go by http/protobuf',
      },
    ]);
    expect(resolveOptions({}, { OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' }).warnings).toEqual([]);
  });
});
