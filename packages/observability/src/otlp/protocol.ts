import type { Warning } from '../codes/tell.js';
import { type Env, isSet } from '../validate.js';

type Signal = 'traces' | 'logs' | 'metrics';

export type Protocol = 'grpc' | 'http/protobuf';

/** The usual port of collectors for OTLP over HTTP. */
const HTTP_PORT = '4318';

/**
 * Returns the protocol in the variables. By default it is gRPC, except for the port that is only for HTTP.
 *
 * @param url the endpoint, if an option sets it
 */
export function protocolOf(signal: Signal, env: Env, url?: string): Protocol {
  const asked = askedFor(signal, env)?.protocol;
  if (asked === 'grpc' || asked === 'http/protobuf') return asked;
  // A receiver of JSON also accepts protobuf at the same address.
  if (asked === 'http/json') return 'http/protobuf';
  const endpoint =
    url ?? (env[`OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_ENDPOINT`] || env.OTEL_EXPORTER_OTLP_ENDPOINT);
  return portOf(endpoint) === HTTP_PORT ? 'http/protobuf' : 'grpc';
}

/** Returns a warning if the variables name an unsupported protocol. */
export function protocolWarnings(signal: Signal, env: Env): Warning[] {
  const { variable, protocol } = askedFor(signal, env) ?? {};
  if (protocol === undefined || protocol === 'grpc' || protocol === 'http/protobuf') return [];
  const got = JSON.stringify(protocol.slice(0, 100));
  const used = protocolOf(signal, env);
  const text = `${variable}: expected grpc or http/protobuf, got ${got}; ${signal} go by ${used}`;
  return [{ code: 'PMCP_W_OTLP_PROTOCOL', text }];
}

function askedFor(signal: Signal, env: Env): { variable: string; protocol: string } | undefined {
  const variables = [`OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_PROTOCOL`, 'OTEL_EXPORTER_OTLP_PROTOCOL'];
  const variable = variables.find((name) => isSet(env[name]?.trim()));
  return variable === undefined ? undefined : { variable, protocol: env[variable]!.trim() };
}

function portOf(endpoint: string | undefined): string | undefined {
  return endpoint !== undefined && URL.canParse(endpoint) ? new URL(endpoint).port : undefined;
}
