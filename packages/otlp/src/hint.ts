/** What an error of a connection means for whoever wrote the settings, by its text. */
const HINTS: readonly (readonly [RegExp, string])[] = [
  [
    /Expected HTTP\//,
    'it speaks gRPC: set OTEL_EXPORTER_OTLP_PROTOCOL=grpc, or its port for HTTP, usually 4318',
  ],
  [
    /Protocol error/,
    'it speaks HTTP/1: set OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf, or its port for gRPC, usually 4317',
  ],
  [/wrong version number/, 'it does not speak TLS: write http:// in OTEL_EXPORTER_OTLP_ENDPOINT'],
  [
    /socket hang up|Failed to connect/,
    'maybe it speaks TLS: then write https:// in OTEL_EXPORTER_OTLP_ENDPOINT',
  ],
  [/certificate/, 'OTEL_EXPORTER_OTLP_CERTIFICATE names the authority that signed it'],
  [/Not Found/, 'it has no such path: OTEL_EXPORTER_OTLP_ENDPOINT ends before /v1'],
  [
    /Unauthorized|Forbidden|UNAUTHENTICATED|PERMISSION_DENIED/,
    'credentials go into OTEL_EXPORTER_OTLP_HEADERS',
  ],
  [/UNIMPLEMENTED/, 'it does not take this signal'],
];

/** Returns the text of an error in one line, and what to change if that is known. */
export function explained(text: string): string {
  const line = text.trim().replace(/\s+/g, ' ');
  const hint = HINTS.find(([pattern]) => pattern.test(line))?.[1];
  return hint === undefined ? line : `${line} (${hint})`;
}
