import { readFileSync } from 'node:fs';
import type { Metadata } from '@grpc/grpc-js';

/** One request with the last telemetry of a process, for who sends it when nothing can be waited for any more. */
export interface LastRequest {
  readonly url: string;
  /** Of a call over gRPC; undefined for plain HTTP. */
  readonly path?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly tls: Tls;
}

interface Tls {
  readonly ca?: Buffer;
  readonly key?: Buffer;
  readonly cert?: Buffer;
}

export type Variable = 'TRACES' | 'LOGS' | 'METRICS';

/** How an exporter of gRPC is configured, as far as a request of another client needs it. */
export interface GrpcTarget {
  readonly url: string;
  readonly metadata: () => Metadata;
  readonly credentials: () => object;
}

/** @returns undefined where it leads to something else than a host, such as a socket of Unix */
export function overGrpc(
  variable: Variable,
  target: GrpcTarget,
  path: string,
  body: Uint8Array | undefined,
): LastRequest | undefined {
  const host = /^(?:dns:(?:\/\/\/)?)?((?:[\w.-]+|\[[\da-f:.]+\]):\d+)$/i.exec(target.url)?.[1];
  if (host === undefined || body === undefined) return undefined;
  const credentials = target.credentials() as { _isSecure?(): boolean };
  const isSecure = credentials._isSecure?.() === true;
  const headers = Object.entries(target.metadata().getMap()).flatMap(([name, value]) =>
    typeof value === 'string' ? [[name, value] as const] : [],
  );
  const frame = Buffer.alloc(FRAME_HEAD_BYTES + body.length);
  frame.writeUInt32BE(body.length, 1);
  frame.set(body, FRAME_HEAD_BYTES);
  return {
    url: `${isSecure ? 'https' : 'http'}://${host}`,
    path,
    headers: Object.fromEntries(headers),
    body: frame,
    tls: isSecure ? tlsOf(variable) : {},
  };
}

/** Whether the message is compressed, and its length. */
const FRAME_HEAD_BYTES = 5;

export function overHttp(
  variable: Variable,
  url: string,
  headers: Readonly<Record<string, string>>,
  body: Uint8Array | undefined,
): LastRequest | undefined {
  if (body === undefined) return undefined;
  return { url, headers, body, tls: url.startsWith('https:') ? tlsOf(variable) : {} };
}

function tlsOf(variable: Variable): Tls {
  const file = (name: string) => {
    const { [`OTEL_EXPORTER_OTLP_${variable}_${name}`]: own, [`OTEL_EXPORTER_OTLP_${name}`]: shared } =
      process.env;
    const path = own || shared;
    return path ? readFileSync(path) : undefined;
  };
  const [ca, key, cert] = [file('CERTIFICATE'), file('CLIENT_KEY'), file('CLIENT_CERTIFICATE')];
  return { ...(ca && { ca }), ...(key && { key }), ...(cert && { cert }) };
}
