import { Metadata, type StatusObject, status } from '@grpc/grpc-js';

/** How a collector answers; it can change while it runs. */
export type Behaviour =
  | { readonly kind: 'ok' }
  /** Accepts, but answers only after a while. */
  | { readonly kind: 'slow'; readonly delayMs: number }
  | {
      readonly kind: 'refuse';
      readonly code: 'UNAVAILABLE' | 'RESOURCE_EXHAUSTED' | 'PERMISSION_DENIED';
      /** Sent as RetryInfo: when the client may try again. */
      readonly retryAfterMs?: number;
    }
  /** Answers OK and says that it did not take so many of the records. */
  | { readonly kind: 'partial'; readonly rejected: number; readonly message?: string }
  /** Destroys each connection once so many more bytes of it have been read. */
  | { readonly kind: 'cut'; readonly afterBytes: number }
  /** Takes connections and requests and never answers. */
  | { readonly kind: 'silent' };

/** What a refusal looks like to gRPC, with the details that OTLP asks for. */
export function refusal({
  code,
  retryAfterMs,
}: Extract<Behaviour, { kind: 'refuse' }>): Partial<StatusObject> {
  const metadata = new Metadata();
  const details = `the collector refuses: ${code}`;
  if (retryAfterMs !== undefined) {
    metadata.set('grpc-status-details-bin', statusWithRetryInfo(status[code], details, retryAfterMs));
  }
  return { code: status[code], details, metadata };
}

/** google.rpc.Status { code = 1, message = 2, details = 3: Any { type_url = 1, value = 2: RetryInfo } } */
function statusWithRetryInfo(code: number, message: string, retryAfterMs: number): Buffer {
  const seconds = varintField(1, Math.floor(retryAfterMs / 1000));
  const duration = Buffer.concat([seconds, varintField(2, (retryAfterMs % 1000) * 1e6)]);
  const any = [
    bytesField(1, Buffer.from('type.googleapis.com/google.rpc.RetryInfo')),
    bytesField(2, bytesField(1, duration)),
  ];
  return Buffer.concat([
    varintField(1, code),
    bytesField(2, Buffer.from(message)),
    bytesField(3, Buffer.concat(any)),
  ]);
}

function varintField(field: number, value: number): Buffer {
  return Buffer.concat([varint(field << 3), varint(value)]);
}

function bytesField(field: number, bytes: Buffer): Buffer {
  return Buffer.concat([varint((field << 3) | 2), varint(bytes.length), bytes]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  return Buffer.from([...bytes, rest]);
}
