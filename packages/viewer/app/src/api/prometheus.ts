import type { Labels } from '../model/legend.js';
import { classicBuckets, type NativePoint } from '../model/native-histogram.js';
import { askPrometheus } from './ask.js';

export type Point = readonly [seconds: number, value: string];

export interface Series {
  readonly metric: Labels;
  readonly values: readonly Point[];
}

/** A series as Prometheus returns it. A native histogram has no `values`. */
interface Written {
  readonly metric: Labels;
  readonly values?: readonly Point[];
  readonly histograms?: readonly NativePoint[];
}

interface Matrix {
  readonly resultType: 'matrix';
  readonly result: readonly Written[];
}

interface Vector {
  readonly resultType: 'vector';
  readonly result: readonly { readonly metric: Labels; readonly value?: Point }[];
}

interface Scalar {
  readonly resultType: 'scalar' | 'string';
  readonly result: Point;
}

/** Times in seconds. */
export interface Range {
  readonly start: number;
  readonly end: number;
  readonly step: number;
}

export async function queryRange(
  source: string,
  query: string,
  range: Range,
  signal: AbortSignal,
): Promise<readonly Series[]> {
  const parameters = {
    query,
    start: String(range.start),
    end: String(range.end),
    step: String(range.step),
  };
  return (await askPrometheus<Matrix>(source, 'query_range', parameters, signal)).result.flatMap(toSeries);
}

export async function queryInstant(
  source: string,
  query: string,
  time: number,
  signal: AbortSignal,
): Promise<readonly Series[]> {
  const data = await askPrometheus<Vector | Scalar | Matrix>(
    source,
    'query',
    { query, time: String(time) },
    signal,
  );
  if (data.resultType === 'matrix') return data.result.flatMap(toSeries);
  if (data.resultType === 'vector')
    return data.result.flatMap(({ metric, value }) => (value ? [{ metric, values: [value] }] : []));
  return [{ metric: {}, values: [data.result] }];
}

/** Converts a series. A native histogram becomes one series for each bucket. */
function toSeries({ metric, values, histograms = [] }: Written): Series[] {
  return [...(values ? [{ metric, values }] : []), ...classicBuckets(metric, histograms)];
}

export interface Exemplar {
  readonly labels: Labels;
  readonly value: string;
  readonly timestamp: number;
}

export function queryExemplars(
  source: string,
  query: string,
  { start, end }: Range,
  signal: AbortSignal,
): Promise<readonly { readonly seriesLabels: Labels; readonly exemplars: readonly Exemplar[] }[]> {
  return askPrometheus(source, 'query_exemplars', { query, start: String(start), end: String(end) }, signal);
}

export function labelValues(
  source: string,
  label: string,
  selector: string | undefined,
  { start, end }: Pick<Range, 'start' | 'end'>,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const span = { start: String(start), end: String(end) };
  const parameters = selector === undefined ? span : { ...span, 'match[]': selector };
  return askPrometheus(source, `label/${label}/values`, parameters, signal);
}
