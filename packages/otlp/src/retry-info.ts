/** The header with the details of a gRPC status, and the type of the detail that says when to try again. */
const HEADER = 'grpc-status-details-bin';
const RETRY_INFO = 'google.rpc.RetryInfo';

/** Field numbers: details of a Status, type and value of an Any, delay of a RetryInfo, parts of a Duration. */
const DETAILS = 3;
const TYPE_URL = 1;
const VALUE = 2;
const RETRY_DELAY = 1;
const SECONDS = 1;
const NANOS = 2;

/** Longer details are not read. They are no answer to a batch, and each of their bytes may be a field. */
const MAX_BYTES = 4_096;

/** Returns the milliseconds after which the collector allows the next attempt; undefined if it sets none. */
export function retryDelay(metadata: unknown): number | undefined {
  try {
    const { get } = (metadata ?? {}) as { get?(header: string): readonly unknown[] };
    const details = get?.call(metadata, HEADER)[0];
    return details instanceof Uint8Array && details.length <= MAX_BYTES ? delayIn(details) : undefined;
  } catch {
    // The bytes are no status.
    return undefined;
  }
}

function delayIn(status: Uint8Array): number | undefined {
  for (const detail of fields(status).get(DETAILS) ?? []) {
    if (!(detail instanceof Uint8Array)) continue;
    const any = fields(detail);
    const [type, value] = [any.get(TYPE_URL)?.[0], any.get(VALUE)?.[0]];
    if (!(type instanceof Uint8Array) || !Buffer.from(type).toString().endsWith(RETRY_INFO)) continue;
    const delay = value instanceof Uint8Array && fields(value).get(RETRY_DELAY)?.[0];
    return delay instanceof Uint8Array ? duration(fields(delay)) : undefined;
  }
  return undefined;
}

function duration(of: Map<number, (number | Uint8Array)[]>): number {
  return Number(of.get(SECONDS)?.[0] ?? 0) * 1_000 + Number(of.get(NANOS)?.[0] ?? 0) / 1e6;
}

/** Returns the fields of a message. These messages have only fields that are numbers or have a length. */
function fields(bytes: Uint8Array): Map<number, (number | Uint8Array)[]> {
  const found = new Map<number, (number | Uint8Array)[]>();
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes[at++];
      if (byte === undefined) throw new RangeError('The message is cut off');
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const key = varint();
    const field = key >> 3;
    const isNumber = (key & 7) === 0;
    if (!isNumber && (key & 7) !== 2) throw new RangeError('Expected a number or bytes');
    const number = varint();
    const value = isNumber ? number : bytes.subarray(at, at + number);
    if (!isNumber) at += number;
    const values = found.get(field);
    if (values === undefined) found.set(field, [value]);
    else values.push(value);
  }
  return found;
}
