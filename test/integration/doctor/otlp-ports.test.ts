import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { temporaryFolder, writeFiles } from '../../fixtures/temporary-folder.js';
import { composed } from '../../support/composed.js';
import { diagnosis, examined } from '../../support/doctor.js';

const [PROTOCOL, ENDPOINT] = ['OTEL_EXPORTER_OTLP_PROTOCOL', 'OTEL_EXPORTER_OTLP_ENDPOINT'];

type Row = readonly [variables: Readonly<Record<string, string>>, faults: readonly string[]];

const ROWS: readonly Row[] = [
  [
    { [PROTOCOL]: 'http/protobuf', [ENDPOINT]: 'http://collector:4317' },
    [`${PROTOCOL} is http/protobuf, and ${ENDPOINT} has the port 4317`],
  ],
  [
    { [PROTOCOL]: 'http/json', [ENDPOINT]: 'http://collector:4317/' },
    [`${PROTOCOL} is http/json, and ${ENDPOINT} has the port 4317`],
  ],
  [
    { [PROTOCOL]: ' grpc ', [ENDPOINT]: 'https://collector.monitoring:4318' },
    [`${PROTOCOL} is grpc, and ${ENDPOINT} has the port 4318`],
  ],
  [
    {
      [PROTOCOL]: 'grpc',
      [ENDPOINT]: 'http://collector:4317',
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://collector:4318/v1/traces',
    },
    [`${PROTOCOL} is grpc, and OTEL_EXPORTER_OTLP_TRACES_ENDPOINT has the port 4318`],
  ],
  [
    { OTEL_EXPORTER_OTLP_LOGS_PROTOCOL: 'http/protobuf', [ENDPOINT]: 'http://collector:4317' },
    [`OTEL_EXPORTER_OTLP_LOGS_PROTOCOL is http/protobuf, and ${ENDPOINT} has the port 4317`],
  ],
  [{ [PROTOCOL]: 'http/protobuf', [ENDPOINT]: 'http://collector:4318' }, []],
  [{ [PROTOCOL]: 'grpc', [ENDPOINT]: 'http://collector:4317' }, []],
  [{ [PROTOCOL]: 'grpc', [ENDPOINT]: 'https://collector.example.com' }, []],
  // The port decides where no protocol is set.
  [{ [ENDPOINT]: 'http://collector:4318' }, []],
  [{ [PROTOCOL]: '', [ENDPOINT]: 'http://collector:4318' }, []],
  [{ [PROTOCOL]: 'http/protobuf' }, []],
  [{ [PROTOCOL]: 'grpc', [ENDPOINT]: 'collector:4318' }, []],
];

describe('the doctor before the protocol of telemetry', () => {
  it.concurrent.each(ROWS)('finds in a pod with %j: %j', async (variables, faults) => {
    const manifests = temporaryFolder('doctor');
    const deployment = await readFile('examples/kubernetes/base/deployment.yaml', 'utf8');
    const added = Object.entries(variables).map(
      ([name, value]) => `            - { name: ${name}, value: '${value}' }\n`,
    );
    const changed = deployment.replace(/(?= +- name: PMCP_METRICS_PORT)/, added.join(''));
    writeFiles(manifests, { 'deployment.yaml': changed });
    const found = faults.map((fault) => `Deployment notes: ${fault}`);
    const [result] = await examined({ manifests }, ({ code }) => code === 'PMCP-D421');
    const told = result?.outcome.kind === 'found' ? result.outcome.findings.map((one) => one.found) : [];
    expect({ 'PMCP-D421': told }).toEqual({ 'PMCP-D421': [...found] });
  });

  it.concurrent.each(ROWS)('finds in a service of Compose with %j: %j', async (variables, faults) => {
    const more = Object.entries(variables).map(([name, value]) => `, ${name}: '${value}'`);
    const found = faults.map((fault) => `service notes: ${fault}`);
    expect(await diagnosis({ manifests: composed('', {}, more.join('')) })).toEqual(
      found.length > 0 ? { 'PMCP-D422': [...found] } : {},
    );
  });
});
