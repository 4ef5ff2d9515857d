import { ProtobufMetricsSerializer } from '@opentelemetry/otlp-transformer';
import { describe, expect, it } from 'vitest';
import { decodeMetrics } from '../../../scripts/collector/decode.js';
import { Random } from '../../../test/support/random.js';
import { encodedMetrics } from './encode-metrics.js';
import type { Metrics } from './exporter.js';
import { resourceOf } from './provider.js';

type Metric = Metrics['scopeMetrics'][number]['metrics'][number];

const GAUGE = 2;
const SUM = 3;
const HISTOGRAM = 0;
const EXPONENTIAL_HISTOGRAM = 1;
const CUMULATIVE = 1;

const resource = resourceOf({ 'service.name': 'köln' });
const scope = { name: 'scope', version: '1.2.3', schemaUrl: 'https://example.com/schema' };
const times = { startTime: [1_795_904_607, 821_000_000], endTime: [1_795_904_667, 5] };

function metric(dataPointType: number, dataPoints: readonly object[], more: object = {}): Metric {
  const descriptor = { name: 'a_metric', description: 'What it is', unit: 's', valueType: 1 };
  return { descriptor, aggregationTemporality: CUMULATIVE, dataPointType, dataPoints, ...more } as Metric;
}

const point = (value: unknown, attributes: object = { method: 'tools/call', name: 'ü' }) => ({
  ...times,
  attributes,
  value,
});

const NONE = { offset: 0, bucketCounts: [] };
const histogram = {
  buckets: { boundaries: [0.001, 0.5, 10], counts: [1, 2 ** 40, 0, 3] },
  sum: 12.5,
  count: 2 ** 40 + 4,
};
const exponential = {
  scale: 3,
  zeroCount: 2,
  positive: { offset: -80, bucketCounts: [1, 0, 300, 2 ** 35] },
  negative: NONE,
  sum: 1.5,
  count: 9,
};

function exportOf(...metrics: Metric[]): Metrics {
  return { resource, scopeMetrics: [{ scope, metrics }] };
}

function expectOfficial(...metrics: Metric[]): void {
  const request = exportOf(...metrics);
  expect(Buffer.from(encodedMetrics(request))).toEqual(
    Buffer.from(ProtobufMetricsSerializer.serializeRequest(request) as Uint8Array),
  );
}

describe('a request with metrics', () => {
  it.each([
    [
      'a gauge',
      metric(
        GAUGE,
        [0, -1.5, 1e300, Number.NaN, Number.POSITIVE_INFINITY].map((value) => point(value)),
      ),
    ],
    ['a counter', metric(SUM, [point(3), point(2 ** 53)], { isMonotonic: true })],
    ['a sum that may fall', metric(SUM, [point(3)], { isMonotonic: false })],
    ['a histogram', metric(HISTOGRAM, [point(histogram), point({ ...histogram, sum: 0, count: 0 })])],
    [
      'a histogram without bounds',
      metric(HISTOGRAM, [point({ ...histogram, buckets: { boundaries: [], counts: [7] } })]),
    ],
    [
      'an exponential histogram',
      metric(EXPONENTIAL_HISTOGRAM, [point(exponential), point({ ...exponential, scale: 0 })]),
    ],
    [
      'one of coarse buckets',
      metric(EXPONENTIAL_HISTOGRAM, [point({ ...exponential, scale: -4, positive: NONE })]),
    ],
    ['no points', metric(GAUGE, [])],
    ['no labels', metric(GAUGE, [point(1, {})])],
    [
      'a bare descriptor',
      metric(GAUGE, [], { descriptor: { name: 'x', description: '', unit: '', valueType: 1 } }),
    ],
  ])('has the bytes of the official serializer with %s', (_, one) => {
    expectOfficial(one);
  });

  it('has these bytes with many random metrics, and with none', () => {
    const random = new Random(5);
    const counts = () => Array.from({ length: random.below(40) }, () => random.below(1_000));
    const values: readonly (readonly [number, () => unknown])[] = [
      [GAUGE, () => random.below(2 ** 31) / 7],
      [SUM, () => random.below(2 ** 31)],
      [HISTOGRAM, () => ({ ...histogram, buckets: { boundaries: counts(), counts: counts() } })],
      [
        EXPONENTIAL_HISTOGRAM,
        () => ({
          ...exponential,
          scale: random.below(13) - 4,
          positive: { offset: random.below(2_000) - 1_000, bucketCounts: counts() },
        }),
      ],
    ];
    const metrics = Array.from({ length: 300 }, () => {
      const [type, value] = random.pick(values);
      const points = Array.from({ length: random.below(9) }, () =>
        point(value(), { name: random.text('abÄ🎉', 90) }),
      );
      return metric(type, points, { isMonotonic: true });
    });
    expectOfficial(...metrics);
    expectOfficial();
  });

  it.each([
    ['a counter', metric(SUM, [point(3)], { isMonotonic: true })],
    ['a histogram', metric(HISTOGRAM, [point(histogram)])],
    ['an exponential histogram', metric(EXPONENTIAL_HISTOGRAM, [point(exponential)])],
  ])('also has the exemplars of %s', (_, one) => {
    const ids = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' };
    const exemplars = [
      { time: [1_795_904_660, 500_000_000], value: 0.25, ...ids, attributes: { region: 'eu' } },
      { time: [1_795_904_661, 0], value: 7, traceId: '', spanId: '', attributes: {} },
    ];
    const points = one.dataPoints.map((each) => ({ ...each, exemplars }));
    const bytes = Buffer.from(encodedMetrics(exportOf({ ...one, dataPoints: points } as Metric)));
    expect(decodeMetrics(bytes)[0]?.points[0]?.exemplars).toEqual([
      { value: 0.25, atMs: 1_795_904_660_500, ...ids, attributes: { region: 'eu' } },
      { value: 7, atMs: 1_795_904_661_000, traceId: '', spanId: '', attributes: {} },
    ]);
  });
});
