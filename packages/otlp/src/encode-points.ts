import type { Attributes, HrTime } from '@opentelemetry/api';
import type { Bytes } from './bytes.js';
import { tag, writeAttributes } from './encode-attributes.js';

/** An observation whose trace is known. */
export interface PushedExemplar {
  readonly time: HrTime;
  readonly value: number;
  /** Empty if an application gave no valid ones. */
  readonly traceId: string;
  readonly spanId: string;
  /** What else is known about it. */
  readonly attributes: Attributes;
}

interface Point {
  readonly startTime: HrTime;
  readonly endTime: HrTime;
  readonly attributes: Attributes;
  readonly exemplars?: readonly PushedExemplar[];
}

export interface HistogramPoint extends Point {
  readonly value: {
    readonly count: number;
    readonly sum?: number;
    readonly buckets: { readonly counts: readonly number[]; readonly boundaries: readonly number[] };
  };
}

export interface ExponentialPoint extends Point {
  readonly value: {
    readonly count: number;
    readonly sum?: number;
    readonly scale: number;
    readonly zeroCount: number;
    readonly positive: Buckets;
    readonly negative: Buckets;
  };
}

interface Buckets {
  readonly offset: number;
  readonly bucketCounts: readonly number[];
}

export function writeNumber(to: Bytes, point: Point, value: number): void {
  writeTimes(to, point);
  writeDouble(to, 4, value);
  writeAttributes(to, 7, point.attributes);
  writeExemplars(to, 5, point);
}

export function writeHistogram(to: Bytes, point: HistogramPoint): void {
  const { count, sum, buckets } = point.value;
  writeTimes(to, point);
  writeFixed(to, 4, count);
  if (sum !== undefined) writeDouble(to, 5, sum);
  if (buckets.counts.length > 0) {
    to.byte(tag(6, 2));
    const counts = to.open();
    for (const each of buckets.counts) to.fixed64(each);
    to.close(counts);
  }
  if (buckets.boundaries.length > 0) {
    to.byte(tag(7, 2));
    const bounds = to.open();
    for (const bound of buckets.boundaries) to.float64(bound);
    to.close(bounds);
  }
  writeAttributes(to, 9, point.attributes);
  writeExemplars(to, 8, point);
}

export function writeExponential(to: Bytes, point: ExponentialPoint): void {
  const { count, sum, scale, zeroCount, positive, negative } = point.value;
  writeAttributes(to, 1, point.attributes);
  writeTimes(to, point);
  writeFixed(to, 4, count);
  if (sum !== undefined) writeDouble(to, 5, sum);
  writeSigned(to, 6, scale);
  writeFixed(to, 7, zeroCount);
  writeBuckets(to, 8, positive);
  writeBuckets(to, 9, negative);
  writeExemplars(to, 11, point);
}

function writeBuckets(to: Bytes, field: number, { offset, bucketCounts }: Buckets): void {
  to.byte(tag(field, 2));
  const opened = to.open();
  writeSigned(to, 1, offset);
  if (bucketCounts.length > 0) {
    to.byte(tag(2, 2));
    const counts = to.open();
    for (const count of bucketCounts) to.varint(count);
    to.close(counts);
  }
  to.close(opened);
}

function writeExemplars(to: Bytes, field: number, { exemplars = [] }: Point): void {
  for (const { time, value, traceId, spanId, attributes } of exemplars) {
    to.byte(tag(field, 2));
    const opened = to.open();
    to.byte(tag(2, 1));
    to.hrTime(time[0], time[1]);
    writeDouble(to, 3, value);
    writeId(to, 4, spanId);
    writeId(to, 5, traceId);
    writeAttributes(to, 7, attributes);
    to.close(opened);
  }
}

function writeTimes(to: Bytes, { startTime, endTime }: Point): void {
  to.byte(tag(2, 1));
  to.hrTime(startTime[0], startTime[1]);
  to.byte(tag(3, 1));
  to.hrTime(endTime[0], endTime[1]);
}

function writeId(to: Bytes, field: number, id: string): void {
  if (id === '') return;
  to.byte(tag(field, 2));
  to.hex(id);
}

function writeDouble(to: Bytes, field: number, value: number): void {
  to.byte(tag(field, 1));
  to.float64(value);
}

function writeFixed(to: Bytes, field: number, value: number): void {
  to.byte(tag(field, 1));
  to.fixed64(value);
}

/** A number that is short near 0, and left out if it is 0. */
function writeSigned(to: Bytes, field: number, value: number): void {
  if (value === 0) return;
  to.byte(tag(field, 0));
  to.varint(((value << 1) ^ (value >> 31)) >>> 0);
}
