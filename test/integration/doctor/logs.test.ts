import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Server as GrpcServer, ServerCredentials } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { freePort } from '../../../scripts/free-port.js';
import { temporaryFolder } from '../../fixtures/temporary-folder.js';
import { type Broken, diagnosis, rows } from '../../support/doctor.js';
import { type NotesServer, serve, startNotes } from '../../support/notes-server.js';
import { until } from '../../support/until.js';

const folder = temporaryFolder('logs');
const [calm, quiet, prefixed] = ['calm', 'quiet', 'prefixed'].map((name) => join(folder, `${name}.log`)) as [
  string,
  string,
  string,
];
let server: NotesServer;
let silent: NotesServer;
let composed: NotesServer;
const endings: (() => Promise<void>)[] = [];

beforeAll(async () => {
  for (const path of [calm, quiet, prefixed]) writeFileSync(path, '');
  // As a process manager writes the lines of several programs into one file.
  const destination = { write: (line: string) => appendFileSync(prefixed, `notes-1  | ${line}`) };
  [server, silent, composed] = await Promise.all([
    startNotes({ log: { destination: calm } }),
    startNotes({ log: { destination: quiet, level: 'warn' } }),
    startNotes({ log: { destination } }),
  ]);
});
afterAll(async () => {
  await Promise.all([server, silent, composed].map((one) => one.close()));
  await Promise.all(endings.map((end) => end()));
});

/** What is in a file, by Loki's query API: as it was read from stderr, or as it came over OTLP. */
async function loki(path: string, way: 'stderr' | 'otlp'): Promise<string> {
  const { url, close } = await serve((request, response) => {
    const asked = new URL(request.url ?? '', 'http://loki');
    const data =
      asked.pathname === '/loki/api/v1/labels'
        ? ['filename', 'service_name']
        : { resultType: 'streams', result: streams(path, way, asked.searchParams.get('query') ?? '') };
    response.end(JSON.stringify({ status: 'success', data }));
  });
  endings.push(close);
  return url.href;
}

function streams(path: string, way: 'stderr' | 'otlp', query: string) {
  const [, inLine, beside] =
    /^\{service_name=~"\.\+"\} (?:\|~ "([\w|-]+)"|\| client="([\w-]+)" or trace_id="[\w-]+")$/.exec(query) ??
    [];
  const lines = readFileSync(path, 'utf8').split('\n').filter(Boolean);
  const service_name = 'notes';
  if (way === 'stderr')
    return [
      {
        stream: { service_name },
        values: lines.filter((line) => inLine && new RegExp(inLine).test(line)).map((line) => ['0', line]),
      },
    ];
  return lines
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter(({ client }) => beside !== undefined && client === beside)
    .map(({ msg, 'mcp.method': mcp_method, ...rest }) => {
      const labels = Object.entries({ ...rest, mcp_method, service_name }).map(([name, value]) => [
        name,
        String(value),
      ]);
      return { stream: Object.fromEntries(labels), values: [['0', String(msg)]] };
    });
}

const asked = ({ url, admin }: NotesServer, logs: string) => ({ url, admin, logs });

const BROKEN: Broken = {
  'PMCP-D054': ['only failures are logged', async () => asked(silent, quiet)],
  'PMCP-D055': ['something stands before each line', async () => asked(composed, prefixed)],
};

describe('the doctor between a server and its log', () => {
  it.each([
    ['in a file', async () => calm],
    ['in Loki, read from stderr', () => loki(calm, 'stderr')],
    ['in Loki, sent over OTLP', () => loki(calm, 'otlp')],
  ])('finds the line of its own call %s', async (_, where) => {
    expect(await diagnosis(asked(server, await where()))).toEqual({});
  });

  it.concurrent.each(rows(BROKEN))('says $code and nothing else where $what', async ({ code, arrange }) => {
    expect(Object.keys(await diagnosis(await arrange()))).toEqual([code]);
  });

  it('says what the server wrote about an export that failed', async () => {
    const collector = new GrpcServer();
    const port = await promisify(collector.bindAsync.bind(collector))(
      '127.0.0.1:0',
      ServerCredentials.createInsecure(),
    );
    const [logs, endpoint] = [join(folder, 'failed.log'), `http://127.0.0.1:${port}/v1/traces`];
    writeFileSync(logs, '');
    vi.stubEnv('OTEL_EXPORTER_OTLP_PROTOCOL', 'http/protobuf');
    const sending = await startNotes({ log: { destination: logs }, traces: { endpoint } });
    vi.unstubAllEnvs();
    await diagnosis(asked(sending, logs));
    await until(() => readFileSync(logs, 'utf8').includes('PMCP_W_EXPORT_FAILED'));
    const told = await diagnosis(asked(sending, logs));
    expect(told).toEqual({
      'PMCP-D051': [
        expect.stringMatching(/^\d+ of traces were lost: export_failed: .*it speaks gRPC: set OTEL/),
      ],
    });
    await sending.close();
    collector.forceShutdown();
  });

  it.each([
    ['there is no file', async () => join(folder, 'gone.log'), /can't read the file of --logs: ENOENT/],
    ['nobody listens', async () => `http://127.0.0.1:${await freePort()}`, /ECONNREFUSED/],
  ])('says that it can not tell where %s', async (_, where, message) => {
    const told = await diagnosis(asked(server, await where()));
    expect(told).toEqual({ 'PMCP-D054': [expect.stringMatching(message)] });
  });
});
