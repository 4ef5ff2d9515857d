import { type Attributes, attributesOf, idOf, type WirePair } from './attributes.js';
import { flatten, type Origin, type WireResource, type WireScoped } from './records.js';

export interface Exemplar {
  readonly value: number;
  readonly time: bigint;
  readonly traceId: string | undefined;
  readonly spanId: string | undefined;
  readonly attributes: Attributes;
}

interface Point extends Origin {
  readonly name: string;
  readonly description: string;
  readonly unit: string;
  readonly attributes: Attributes;
  /** Nanoseconds since 1970. */
  readonly startTime: bigint;
  readonly time: bigint;
  readonly exemplars: readonly Exemplar[];
}

export interface NumberPoint extends Point {
  readonly type: 'sum' | 'gauge';
  /** Of sums only. */
  readonly monotonic?: boolean;
  readonly temporality?: 'DELTA' | 'CUMULATIVE';
  readonly value: number;
}

export interface HistogramPoint extends Point {
  readonly type: 'histogram';
  readonly temporality: 'DELTA' | 'CUMULATIVE';
  readonly count: number;
  readonly sum: number;
  readonly bounds: readonly number[];
  /** Not cumulative; one more than the bounds. */
  readonly buckets: readonly number[];
}

export interface SummaryPoint extends Point {
  readonly type: 'summary';
  readonly count: number;
  readonly sum: number;
  readonly quantiles: readonly { readonly quantile: number; readonly value: number }[];
}

/** One data point, with all that OTLP says of its metric. */
export type MetricPoint = NumberPoint | HistogramPoint | SummaryPoint;

interface WirePoint {
  readonly attributes: readonly WirePair[];
  readonly startTimeUnixNano: string;
  readonly timeUnixNano: string;
  readonly exemplars?: readonly WireExemplar[];
  readonly asDouble?: number;
  readonly asInt?: string;
  readonly count?: string;
  readonly sum?: number;
  readonly explicitBounds?: readonly number[];
  readonly bucketCounts?: readonly string[];
  readonly quantileValues?: readonly { quantile: number; value: number }[];
}

interface WireExemplar {
  readonly asDouble?: number;
  readonly asInt?: string;
  readonly timeUnixNano: string;
  readonly traceId: Uint8Array;
  readonly spanId: Uint8Array;
  readonly filteredAttributes: readonly WirePair[];
}

interface WireData {
  readonly dataPoints: readonly WirePoint[];
  readonly isMonotonic?: boolean;
  readonly aggregationTemporality?: string;
}

type Kind = 'gauge' | 'sum' | 'histogram' | 'summary';

interface WireMetric extends Partial<Record<Kind, WireData>> {
  readonly name: string;
  readonly description: string;
  readonly unit: string;
  readonly data: Kind;
}

interface Scoped extends WireScoped {
  readonly metrics: readonly WireMetric[];
}

interface Request {
  readonly resourceMetrics: readonly (WireResource & { readonly scopeMetrics: readonly Scoped[] })[];
}

export function metricsOf(request: object): MetricPoint[] {
  return flatten(
    (request as Request).resourceMetrics,
    ({ scopeMetrics }) => scopeMetrics,
    ({ metrics }, origin) => metrics.flatMap((metric) => pointsOf(metric, origin)),
  );
}

function pointsOf(metric: WireMetric, origin: Origin): MetricPoint[] {
  const { name, description, unit, data: type } = metric;
  const data = metric[type];
  if (!data) throw new Error(`Expected ${name} to be a gauge, sum, histogram or summary, got ${type}`);
  const temporality = data.aggregationTemporality?.replace('AGGREGATION_TEMPORALITY_', '');
  return data.dataPoints.map((point) => {
    const shared = { ...origin, name, description, unit, type, ...commonOf(point), ...valuesOf(type, point) };
    const sum = type === 'sum' && { monotonic: data.isMonotonic };
    return { ...shared, ...(temporality && { temporality }), ...sum } as unknown as MetricPoint;
  });
}

function commonOf({ attributes, startTimeUnixNano, timeUnixNano, exemplars = [] }: WirePoint) {
  return {
    attributes: attributesOf(attributes),
    startTime: BigInt(startTimeUnixNano),
    time: BigInt(timeUnixNano),
    exemplars: exemplars.map(toExemplar),
  };
}

function valuesOf(type: Kind, point: WirePoint): object {
  if (type === 'gauge' || type === 'sum') return { value: numberOf(point) };
  const total = { count: Number(point.count), sum: point.sum };
  if (type === 'summary') return { ...total, quantiles: point.quantileValues };
  return { ...total, bounds: point.explicitBounds, buckets: point.bucketCounts?.map(Number) };
}

function toExemplar(wire: WireExemplar): Exemplar {
  return {
    value: numberOf(wire),
    time: BigInt(wire.timeUnixNano),
    traceId: idOf(wire.traceId),
    spanId: idOf(wire.spanId),
    attributes: attributesOf(wire.filteredAttributes),
  };
}

function numberOf({ asDouble, asInt }: { asDouble?: number; asInt?: string }): number {
  return asDouble ?? Number(asInt);
}
