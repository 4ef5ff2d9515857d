import { readFileSync } from 'node:fs';
import type { Metadata } from '@grpc/grpc-js';

/** A request with the last telemetry of a process, which other code sends when nothing can be awaited. */
export interface LastRequest {
  readonly url: string;
  /** The path of a gRPC call; undefined for plain HTTP. */
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

/** The configuration of a gRPC exporter that another client needs for its request. */
export interface GrpcTarget {
  readonly url: string;
  readonly metadata: () => Metadata;
  readonly credentials: () => object;
}

/** @returns undefined if the URL leads to something else than a host, such as a Unix socket */
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

/** One byte tells whether the message is compressed, and four contain its length. */
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
