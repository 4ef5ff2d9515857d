import protobuf from 'protobufjs';

const { Writer } = protobuf;

export interface Series {
  /** The labels of Prometheus, with `__name__`. */
  readonly labels: Readonly<Record<string, string>>;
  /** Seconds between two samples. */
  readonly step: number;
  /** Returns the value at a time in seconds. */
  value(time: number): number;
}

/** The most series in one request. More would be too much for Prometheus at once. */
const BATCH = 5_000;

/** Sends the samples of `from <= time < to` to an endpoint with Prometheus' remote write protocol. */
export async function remoteWrite(
  url: string,
  series: readonly Series[],
  from: number,
  to: number,
): Promise<void> {
  for (let start = 0; start < series.length; start += BATCH) {
    const writer = new Writer();
    for (const one of series.slice(start, start + BATCH)) writeSeries(writer, one, from, to);
    const response = await fetch(url, { method: 'POST', headers: HEADERS, body: snappy(writer.finish()) });
    const text = await response.text();
    if (!response.ok) throw new Error(`${url} answered ${response.status}: ${text}`);
  }
}

const HEADERS = {
  'content-type': 'application/x-protobuf',
  'content-encoding': 'snappy',
  'x-prometheus-remote-write-version': '0.1.0',
};

/** The wire types of the fields in the protocol's messages. */
const DELIMITED = 2;
const DOUBLE = 1;
const VARINT = 0;
const field = (number: number, kind: number) => (number << 3) | kind;

function writeSeries(
  writer: protobuf.Writer,
  { labels, step, value }: Series,
  from: number,
  to: number,
): void {
  writer.uint32(field(1, DELIMITED)).fork();
  for (const name of Object.keys(labels).sort()) {
    writer.uint32(field(1, DELIMITED)).fork();
    writer.uint32(field(1, DELIMITED)).string(name);
    writer.uint32(field(2, DELIMITED)).string(labels[name] ?? '');
    writer.ldelim();
  }
  for (let time = Math.ceil(from / step) * step; time < to; time += step) {
    writer.uint32(field(2, DELIMITED)).fork();
    writer.uint32(field(1, DOUBLE)).double(value(time));
    writer.uint32(field(2, VARINT)).int64(time * 1_000);
    writer.ldelim();
  }
  writer.ldelim();
}

/** A tag of snappy: uncompressed bytes follow, after four bytes with their number. */
const LITERAL = 63 << 2;

/** Returns the bytes in the snappy format that the protocol requires, without compressing them. */
function snappy(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const length = new Writer().uint32(bytes.length).finish();
  const head = Buffer.alloc(5);
  head.writeUInt8(LITERAL, 0);
  head.writeUInt32LE(bytes.length - 1, 1);
  return new Uint8Array(Buffer.concat([length, head, bytes]));
}
