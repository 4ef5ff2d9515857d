/** What the checks of both kinds of manifests say. */
export const OTLP = {
  why: 'A collector listens at 4317 for gRPC and at 4318 for HTTP. In the other protocol it understands nothing, and all spans, lines or metrics are lost.',
  cure: 'Change one of both: `grpc` and 4317, or `http/protobuf` and 4318.',
  severity: 'fail',
} as const;

type Lookup = (name: string) => string | undefined;

const SIGNALS = ['TRACES', 'LOGS', 'METRICS'];
/** The ports that collectors listen at by convention, for whoever asks in the other protocol. */
const WRONG_PORT: Readonly<Record<string, string>> = { grpc: '4318', http: '4317' };

/** What is wrong where the protocol of telemetry is that of the other port of a collector. */
export function otlpFaults(variable: Lookup): string[] {
  const faults = SIGNALS.flatMap((signal) => {
    const [protocol, endpoint] = [said(variable, signal, 'PROTOCOL'), said(variable, signal, 'ENDPOINT')];
    if (protocol === undefined || endpoint === undefined || !URL.canParse(endpoint.value)) return [];
    const wrong = WRONG_PORT[protocol.value.replace(/\/.*/, '')];
    return wrong === undefined || new URL(endpoint.value).port !== wrong
      ? []
      : [`${protocol.name} is ${protocol.value}, and ${endpoint.name} has the port ${wrong}`];
  });
  return [...new Set(faults)];
}

/** The variable that decides for a signal: its own, or that for all. */
export function said(variable: Lookup, signal: string, what: 'PROTOCOL' | 'ENDPOINT') {
  const names = [`OTEL_EXPORTER_OTLP_${signal}_${what}`, `OTEL_EXPORTER_OTLP_${what}`];
  return names
    .map((name) => ({ name, value: variable(name)?.trim() ?? '' }))
    .find(({ value }) => value !== '');
}
