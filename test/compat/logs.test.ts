import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { Children } from '../../scripts/start/children.js';
import { run } from '../../scripts/tools/run.js';
import { temporaryFolder } from '../fixtures/temporary-folder.js';
import { until } from '../support/until.js';
import { linesOfServer, TRACE } from './server-lines.js';

const SHIPPED = join(import.meta.dirname, '../../examples/logs/otel-collector.yaml');
const BUILD_MS = 1_200_000;

interface Value {
  readonly stringValue?: string;
}

interface LogRecord {
  readonly timeUnixNano: string;
  readonly severityNumber?: number;
  readonly severityText?: string;
  readonly body: Value;
  readonly attributes?: readonly { readonly key: string; readonly value: Value }[];
  readonly traceId: string;
  readonly spanId: string;
}

interface Received {
  readonly record: LogRecord;
  readonly resource: Readonly<Record<string, string | undefined>>;
}

const children = new Children(() => {});
const received: Received[] = [];
const folder = temporaryFolder('logs');
let collector: string;

const pairs = (list: LogRecord['attributes'] = []) =>
  Object.fromEntries(list.map(({ key, value }) => [key, value.stringValue]));

/** What a collector sends goes here, and the spans of the server. */
const store = createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  if (request.url !== '/v1/logs') return void response.end();
  const { resourceLogs } = JSON.parse(Buffer.concat(chunks).toString());
  for (const { resource, scopeLogs } of resourceLogs)
    for (const { logRecords } of scopeLogs)
      for (const record of logRecords) received.push({ record, resource: pairs(resource.attributes) });
  response.setHeader('content-type', 'application/json');
  response.end('{}');
});

const address = () => `http://127.0.0.1:${(store.address() as AddressInfo).port}`;

/** Writes lines as containerd does, which cuts long ones. */
function asContainerd(lines: readonly string[]): string {
  const prefix = '2026-11-29T02:00:00.123456789Z stderr';
  return lines
    .flatMap((line) => {
      const middle = Math.floor(line.length / 2);
      return line.length > 2_000
        ? [`${prefix} P ${line.slice(0, middle)}`, `${prefix} F ${line.slice(middle)}`]
        : [`${prefix} F ${line}`];
    })
    .map((line) => `${line}\n`)
    .join('');
}

const LONG = JSON.stringify({
  level: 'error',
  time: '2026-11-29T01:02:03.456Z',
  trace_id: TRACE.id,
  span_id: TRACE.span,
  trace_flags: '01',
  detail: 'x'.repeat(5_000),
  msg: 'a long line',
});
const OTHERS = ['plain text of another program', '{ not JSON }', '{"some":"object"}'];

let lines: string[];

beforeAll(async () => {
  collector = join(folder, 'otelcol');
  await run('go', ['build', '-o', collector, '.'], { cwd: join(import.meta.dirname, 'collector') });
  await once(store.listen(0, '127.0.0.1'), 'listening');
  lines = await linesOfServer(children, folder, address());
  const pods = join(folder, 'pods');
  const pod = join(pods, 'notes_notes-7d9c5b-abcde_49cc7c1f-d353-4f53-9b0c-000000000001/notes');
  mkdirSync(pod, { recursive: true });
  writeFileSync(join(pod, '0.log'), asContainerd([...lines, LONG, ...OTHERS]));
  const config = parse(readFileSync(SHIPPED, 'utf8').replaceAll('/var/log/pods', pods));
  config.receivers.filelog.start_at = 'beginning';
  config.exporters.otlp_http = {
    endpoint: address(),
    encoding: 'json',
    compression: 'none',
  };
  config.processors = {};
  config.service.pipelines.logs.processors = [];
  const file = join(folder, 'config.yaml');
  writeFileSync(file, stringify(config));
  children.start('collector', collector, ['--config', file], { stdio: ['ignore', 'ignore', 'inherit'] });
  await until(() => received.length >= lines.length + 1 + OTHERS.length, 25_000);
}, BUILD_MS);

afterAll(async () => {
  await children.stop();
  store.close();
});

const bodies = () => received.map(({ record }) => record.body.stringValue);
const find = (text: string) => received.find(({ record }) => record.body.stringValue?.includes(text))!;

describe('the collector that reads files of Kubernetes', () => {
  it('gets every line once', () => {
    expect(received).toHaveLength(lines.length + 1 + OTHERS.length);
  });

  it('keeps the trace, the time, the level and the message of the line of a request', () => {
    const line = lines.map((text) => JSON.parse(text)).find(({ trace_id }) => trace_id === TRACE.id);
    const { record } = received.find(({ record: { traceId } }) => traceId === TRACE.id)!;
    expect(record.spanId).toBe(line.span_id);
    expect(record.body.stringValue).toBe(line.msg);
    expect(Number(record.timeUnixNano) / 1e6).toBeCloseTo(Date.parse(line.time), 0);
    expect([record.severityText?.toLowerCase(), record.severityNumber]).toEqual(['info', 9]);
    const attributes = pairs(record.attributes);
    expect(attributes['mcp.name']).toBe('who');
    expect(Object.keys(attributes)).not.toContain('level');
  });

  it('joins a line that the runtime has cut', () => {
    const { record } = find('a long line');
    expect(record.traceId).toBe(TRACE.id);
    expect(record.spanId).toBe(TRACE.span);
    expect(record.severityNumber).toBe(17);
    expect(Number(record.timeUnixNano) / 1e6).toBeCloseTo(Date.parse('2026-11-29T01:02:03.456Z'), 0);
    expect(pairs(record.attributes).detail).toBe('x'.repeat(5_000));
  });

  it('tells the pod, from the path', () => {
    for (const { resource } of received)
      expect(resource).toMatchObject({
        'k8s.namespace.name': 'notes',
        'k8s.pod.name': 'notes-7d9c5b-abcde',
        'k8s.pod.uid': '49cc7c1f-d353-4f53-9b0c-000000000001',
        'k8s.container.name': 'notes',
      });
  });

  it('leaves the lines of other programs as they are', () => {
    expect(bodies()).toEqual(expect.arrayContaining(OTHERS));
  });
});
