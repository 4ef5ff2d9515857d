import { describe, expect, it } from 'vitest';
import { composed, service, volumes } from '../../support/composed.js';
import { diagnosis } from '../../support/doctor.js';

const COLLECTOR = service(
  'collector',
  'otel/opentelemetry-collector-contrib:0.161.0',
  volumes('./collector.yaml:/etc/otelcol-contrib/config.yaml'),
);
const TO_GRPC = ", OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4317'";
const TO_HTTP = TO_GRPC.replace('4317', '4318');
const LOGS = ', OTEL_LOGS_EXPORTER: otlp';
const ANYWHERE = "grpc: { endpoint: '0.0.0.0:4317' }, http: { endpoint: '0.0.0.0:4318' }";

const configured = (
  protocols: string,
  pipelines: string,
  receiver = 'otlp',
) => `receivers: { ${receiver}: { protocols: { ${protocols} } } }
exporters: { debug: }
service: { pipelines: { ${pipelines} } }
`;
const pipeline = (name: string, receiver = 'otlp') =>
  `${name}: { receivers: [${receiver}], exporters: [debug] }`;
const TRACES = pipeline('traces');
const LOOPBACK = 'whose receiver otlp listens at port 4317 on loopback only, or not at all';

type Row = readonly [configuration: string, variables: string, found: string];
const BROKEN: Readonly<Record<string, readonly Row[]>> = {
  'PMCP-D434': [
    [
      configured(ANYWHERE, pipeline('metrics')),
      TO_GRPC,
      'traces to collector, which has no pipeline of traces for its receiver otlp',
    ],
    [
      configured(ANYWHERE, pipeline('traces', 'jaeger')),
      TO_HTTP,
      'traces to collector, which has no pipeline of traces for its receiver otlp',
    ],
    [
      configured(ANYWHERE, TRACES),
      TO_GRPC + LOGS,
      'logs to collector, which has no pipeline of logs for its receiver otlp',
    ],
    [configured('grpc: , http: ', TRACES), TO_GRPC, `traces to collector, ${LOOPBACK}`],
    [configured("grpc: { endpoint: 'localhost:4317' }", TRACES), TO_GRPC, `traces to collector, ${LOOPBACK}`],
    [configured("http: { endpoint: '0.0.0.0:4318' }", TRACES), TO_GRPC, `traces to collector, ${LOOPBACK}`],
  ],
};

const HEALTHY: Readonly<Record<string, readonly [configuration: string, variables: string]>> = {
  'a pipeline of its signal': [configured(ANYWHERE, TRACES), TO_GRPC],
  'a pipeline with a name': [configured(ANYWHERE, pipeline('traces/notes')), TO_HTTP],
  'a receiver with a name': [configured(ANYWHERE, pipeline('traces', 'otlp/in'), 'otlp/in'), TO_GRPC],
  'an address from a variable': [
    configured("grpc: { endpoint: '".concat('$', "{env:IP}:4317' }"), TRACES),
    TO_GRPC,
  ],
  'another port': [configured("grpc: { endpoint: '0.0.0.0:5000' }", TRACES), TO_GRPC.replace('4317', '5000')],
  'a collector elsewhere': [
    configured('grpc: ', pipeline('metrics')),
    TO_GRPC.replace('collector', 'otel.example.com'),
  ],
  'nothing to send': [configured('grpc: ', pipeline('metrics')), `${TO_GRPC}, OTEL_TRACES_EXPORTER: none`],
};

describe('the doctor before a collector in Compose', () => {
  const rows = Object.entries(BROKEN).flatMap(([code, all]) => all.map((row) => [code, ...row] as const));
  it.concurrent.each(rows)('says %s: %#', async (code, configuration, variables, found) => {
    const manifests = composed(COLLECTOR, { 'collector.yaml': configuration }, variables);
    expect(await diagnosis({ manifests })).toEqual({ [code]: [`service notes sends ${found}`] });
  });

  it.concurrent.each(Object.entries(HEALTHY))(
    'finds nothing wrong with %s',
    async (_, [configuration, variables]) => {
      const manifests = composed(COLLECTOR, { 'collector.yaml': configuration }, variables);
      expect(await diagnosis({ manifests })).toEqual({});
    },
  );
});
