import { describe, expect, it } from 'vitest';
import { composed, service, volumes } from '../../support/composed.js';
import { diagnosis } from '../../support/doctor.js';
import { manifests, SERVICE_MONITOR, VARIABLE } from '../../support/monitored-manifests.js';

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
/** With an exporter beside the one that only shows what comes. */
const exporting = (configuration: string) =>
  configuration.replace('debug: }', "debug: , otlp/tempo: { endpoint: 'tempo:4317' } }");
const TRACES = pipeline('traces');
const LOOPBACK = 'whose receiver otlp listens at port 4317 on loopback only, or not at all';

type Row = readonly [configuration: string, variables: string, found: string];
const BROKEN: readonly Row[] = [
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
  [
    exporting(configured(ANYWHERE, TRACES)),
    TO_GRPC,
    'traces to collector, whose pipeline of traces sends nothing on: its exporter otlp/tempo is in no pipeline',
  ],
];

const HEALTHY: Readonly<Record<string, readonly [configuration: string, variables: string]>> = {
  'a pipeline of its signal': [configured(ANYWHERE, TRACES), TO_GRPC],
  'a pipeline with a name': [configured(ANYWHERE, pipeline('traces/notes')), TO_HTTP],
  'a receiver with a name': [configured(ANYWHERE, pipeline('traces', 'otlp/in'), 'otlp/in'), TO_GRPC],
  'an exporter beside one that is left over': [
    exporting(configured(ANYWHERE, TRACES.replace('[debug]', '[debug, otlp/store]'))),
    TO_GRPC,
  ],
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

const inCompose = (configuration: string, variables: string) =>
  composed(COLLECTOR, { 'collector.yaml': configuration }, variables);

/** The variables as entries of a container. */
const entries = (variables: string) =>
  [...variables.matchAll(/, (\w+): '?([^',]+)'?/g)]
    .map(([, name, value]) => `- { name: ${name}, value: '${value}' }\n            `)
    .join('');
const indented = (text: string) => text.replaceAll(/^(?=.)/gm, '    ');

const CONFIG_MAP = (configuration: string) => `
---
apiVersion: v1
kind: ConfigMap
metadata: { name: collector, namespace: shop }
data:
  config.yaml: |
${indented(configuration)}`;
const SERVICE = `---
apiVersion: v1
kind: Service
metadata: { name: collector, namespace: shop }
spec:
  selector: { app: collector }
  ports:
    - { name: grpc, port: 4317, targetPort: grpc }
    - { name: http, port: 4318 }
    - { name: other, port: 5000 }
---
`;
const IMAGE = 'otel/opentelemetry-collector-contrib:0.161.0';
const DEPLOYMENT = (name = 'config.yaml') => `apiVersion: apps/v1
kind: Deployment
metadata: { name: collector, namespace: shop }
spec:
  selector: { matchLabels: { app: collector } }
  template:
    metadata: { labels: { app: collector } }
    spec:
      containers:
        - name: collector
          image: ${IMAGE}
          args: [--config=/conf/${name}]
          ports: [{ name: grpc, containerPort: 4317 }]
          volumeMounts: [{ name: conf, mountPath: /conf }]
      volumes: [{ name: conf, configMap: { name: collector } }]
`;

const inPods = (configuration: string, variables: string, collector = SERVICE + DEPLOYMENT()) =>
  manifests(`${SERVICE_MONITOR}${CONFIG_MAP(configuration)}${collector}`, [
    [VARIABLE, `${entries(variables)}${VARIABLE}`],
  ]);

const CODES: Readonly<Record<string, readonly [from: string, to: string, write: typeof inCompose]>> = {
  'PMCP-D428': ['Deployment notes', 'Deployment collector', inPods],
  'PMCP-D434': ['service notes', 'collector', inCompose],
};

describe.each(Object.entries(CODES))('the doctor on a collector (%s)', (code, [from, to, write]) => {
  it.concurrent.each(BROKEN)('says what it does not take: %#', async (configuration, variables, found) => {
    expect(await diagnosis({ manifests: write(configuration, variables) })).toEqual({
      [code]: [`${from} sends ${found.replace('collector', to)}`],
    });
  });

  it.concurrent.each(Object.entries(HEALTHY))(
    'finds nothing wrong with %s',
    async (_, [configuration, variables]) => {
      expect(await diagnosis({ manifests: write(configuration, variables) })).toEqual({});
    },
  );
});

describe('the doctor on a collector of the operator', () => {
  const owner = (configuration: string) => `---
apiVersion: opentelemetry.io/v1beta1
kind: OpenTelemetryCollector
metadata: { name: main, namespace: shop }
spec:
  config:
${indented(configuration)}`;
  const TO_OPERATOR = TO_GRPC.replace('collector', 'main-collector.shop.svc.cluster.local');

  it('says what it does not take', async () => {
    const all = inPods('', TO_OPERATOR, owner(configured('grpc: ', pipeline('metrics'))));
    expect(await diagnosis({ manifests: all })).toEqual({
      'PMCP-D428': [
        'Deployment notes sends traces to OpenTelemetryCollector main, which has no pipeline of traces for its receiver otlp',
      ],
    });
  });

  it('knows that it lets receivers listen on all addresses', async () => {
    expect(
      await diagnosis({ manifests: inPods('', TO_OPERATOR, owner(configured('grpc: ', TRACES))) }),
    ).toEqual({});
  });
});

describe('the doctor on a collector whose configuration is not told', () => {
  const WRONG = configured(ANYWHERE, pipeline('metrics'));
  it.each([
    ['a file of another name', inPods(WRONG, TO_GRPC, SERVICE + DEPLOYMENT('other.yaml'))],
    ['no Service', inPods(WRONG, TO_GRPC, `---\n${DEPLOYMENT()}`)],
    [
      'an image of its own',
      inPods(WRONG, TO_GRPC, SERVICE + DEPLOYMENT().replace(IMAGE, 'shop/collector:1')),
    ],
  ])('finds nothing wrong with %s', async (_, folder) => {
    expect(await diagnosis({ manifests: folder })).toEqual({});
  });
});
