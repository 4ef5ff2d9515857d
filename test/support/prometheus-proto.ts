import { join } from 'node:path';
import protobuf from 'protobufjs';

const PROTO = join(import.meta.dirname, '../vendor/client-model/metrics.proto');

/**
 * A family as protobufjs decodes it, with the official names in camel case.
 * Fields that were not sent are undefined.
 */
export interface MetricFamily {
  readonly name: string;
  readonly help: string;
  readonly type: 'COUNTER' | 'GAUGE' | 'SUMMARY' | 'UNTYPED' | 'HISTOGRAM';
  readonly metric: readonly Metric[];
}

export interface Metric {
  readonly label?: readonly Label[];
  readonly counter?: {
    readonly value: number;
    readonly exemplar?: Exemplar;
    readonly createdTimestamp?: Time;
  };
  readonly gauge?: { readonly value: number };
  readonly untyped?: { readonly value: number };
  readonly summary?: {
    readonly sampleCount: number;
    readonly sampleSum: number;
    readonly quantile?: readonly { readonly quantile: number; readonly value: number }[];
  };
  readonly histogram?: Histogram;
}

interface Histogram {
  readonly sampleCount: number;
  readonly sampleSum: number;
  readonly bucket?: readonly {
    readonly cumulativeCount: number;
    readonly upperBound: number;
    readonly exemplar?: Exemplar;
  }[];
  readonly createdTimestamp?: Time;
  readonly schema?: number;
  readonly zeroThreshold?: number;
  readonly zeroCount?: number;
  readonly positiveSpan?: readonly { readonly offset: number; readonly length: number }[];
  readonly positiveDelta?: readonly number[];
  readonly exemplars?: readonly Exemplar[];
}

interface Label {
  readonly name: string;
  readonly value: string;
}

interface Exemplar {
  readonly label: readonly Label[];
  readonly value: number;
  readonly timestamp?: Time;
}

interface Time {
  readonly seconds: number;
  readonly nanos: number;
}

const Message = protobuf.loadSync(PROTO).lookupType('io.prometheus.client.MetricFamily');

/** Decodes a page: each family follows its length. */
export function decodeFamilies(page: Uint8Array): MetricFamily[] {
  const reader = protobuf.Reader.create(page);
  const families: MetricFamily[] = [];
  while (reader.pos < reader.len) {
    const message = Message.toObject(Message.decodeDelimited(reader), { longs: Number, enums: String });
    families.push(message as MetricFamily);
  }
  return families;
}

/** Encodes a page according to the official definition. */
export function encodeFamilies(families: readonly MetricFamily[]): Buffer {
  const pages = families.map((family) => Message.encodeDelimited(Message.fromObject(family)).finish());
  return Buffer.concat(pages);
}

/** Returns the bucket counts of a native histogram by their upper bounds. */
export function nativeBuckets({
  schema = 0,
  positiveSpan = [],
  positiveDelta = [],
}: Histogram): Map<number, number> {
  const counts = new Map<number, number>();
  const deltas = positiveDelta.values();
  let key = 0;
  let count = 0;
  for (const { offset, length } of positiveSpan) {
    key += offset;
    for (let i = 0; i < length; i++) {
      count += deltas.next().value ?? Number.NaN;
      if (count !== 0) counts.set(2 ** (key / 2 ** schema), count);
      key++;
    }
  }
  return counts;
}
