import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createObservability } from '@pmcp/observability';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { Children } from '../../scripts/start/children.js';
import { run } from '../../scripts/tools/run.js';
import { temporaryFolder } from '../fixtures/temporary-folder.js';
import { linesOfServer, TRACE } from './server-lines.js';

/** Vector's language has 300 crates. */
const BUILD_MS = 1_800_000;
const ROOT = join(import.meta.dirname, '../..');
const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;
const HUGE = 'x'.repeat(300_000);

interface VectorConfig {
  readonly transforms: { readonly lines: { readonly source: string } };
}
type Event = Readonly<Record<string, unknown>>;
type Line = Readonly<Record<string, string>>;

const children = new Children(() => {});
const folder = temporaryFolder('logs-vector');
const program = join(folder, 'remap.vrl');
/** Takes the spans of the server. */
const collector = createServer((_, response) => response.end('{}'));

/** What the source of Vector says of a line that it has read from a file of Kubernetes, and has joined. */
const asRead = (message: string) => ({
  message,
  stream: 'stderr',
  timestamp: '2026-11-29T02:00:00.123456789Z',
  file: '/var/log/pods/notes_notes-7d9c5b-abcde_49cc7c1f/notes/0.log',
  source_type: 'kubernetes_logs',
  kubernetes: { pod_namespace: 'notes', pod_name: 'notes-7d9c5b-abcde', container_name: 'notes' },
});

/** Runs the program of the shipped configuration over lines. */
async function remapped(lines: readonly string[]): Promise<Event[]> {
  const events = join(folder, 'events.jsonl');
  writeFileSync(events, lines.map((line) => `${JSON.stringify(asRead(line))}\n`).join(''));
  const binary = join(ROOT, '.tools/remap/debug/remap');
  const said = await run('sh', ['-c', '"$0" "$1" < "$2"', binary, program, events]);
  return said
    .trim()
    .split('\n')
    .map((text) => JSON.parse(text) as Event);
}

/** Returns the lines of our logger. */
function logged(write: (logger: ReturnType<typeof createObservability>['logger']) => void): string[] {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line.trimEnd()) };
  write(createObservability({ metrics: { port: false }, log: { level: 'trace', destination } }).logger);
  return lines;
}

const one = async (line: string): Promise<Event> => (await remapped([line]))[0]!;

/** What every line of ours becomes: its other fields stay as they are. */
function expected(line: string): Event {
  const { msg, level, time, ...fields } = JSON.parse(line) as Line;
  const { kubernetes, stream } = asRead(line);
  return {
    ...fields,
    kubernetes,
    stream,
    message: msg ?? line,
    severity_text: level!.toUpperCase(),
    timestamp: expect.stringMatching(time!.replace(/Z$/, '')),
  };
}

beforeAll(async () => {
  const manifest = join(import.meta.dirname, 'remap/Cargo.toml');
  const target = join(ROOT, '.tools/remap');
  await run('cargo', ['build', '--locked', '-j2', '--manifest-path', manifest, '--target-dir', target]);
  const config = parse(readFileSync(join(ROOT, 'examples/logs/vector.yaml'), 'utf8')) as VectorConfig;
  writeFileSync(program, config.transforms.lines.source);
  await once(collector.listen(0, '127.0.0.1'), 'listening');
}, BUILD_MS);

afterAll(async () => {
  await children.stop();
  collector.close();
});

describe('the remap of Vector', () => {
  it('keeps the trace, the time, the level and the message of the lines of a server', async () => {
    const address = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;
    const lines = await linesOfServer(children, folder, address);
    const events = await remapped(lines);
    expect(events).toEqual(lines.map(expected));
    const traced = events.filter(({ trace_id }) => trace_id === TRACE.id);
    expect(traced).toMatchObject([
      {
        trace_id: TRACE.id,
        span_id: expect.stringMatching(/^[0-9a-f]{16}$/),
        severity_text: 'INFO',
        'mcp.name': 'who',
      },
    ]);
  });

  it.each(LEVELS)('keeps the level %s', async (level) => {
    const [line = ''] = logged((logger) => logger[level]({ size: 3 }, 'found notes'));
    const event = await one(line);
    expect(event).toEqual(expected(line));
    expect(event).toMatchObject({ severity_text: level.toUpperCase(), message: 'found notes', size: 3 });
  });

  it.each<[what: string, write: Parameters<typeof logged>[0], kept: Event]>([
    [
      'the lines of an error in one event',
      (logger) => logger.error(new Error('first\nsecond'), 'failed\ntwice'),
      { message: 'failed\ntwice', severity_text: 'ERROR', err: { message: 'first\nsecond' } },
    ],
    // The logger shortens it.
    [
      'a huge text',
      (logger) => logger.warn({ detail: HUGE }, HUGE),
      { severity_text: 'WARN', message: expect.stringMatching(/^x{10000}/) },
    ],
    [
      'fields of the names that Vector uses',
      (logger) => logger.info({ message: 'mine', timestamp: 'mine', stream: 'mine' }, 'ours'),
      { message: 'ours', stream: 'stderr' },
    ],
    [
      'a text that looks like a level',
      (logger) => logger.info('{"level":"error"}'),
      { severity_text: 'INFO' },
    ],
  ])('keeps %s', async (_, write, kept) => {
    const lines = logged(write);
    expect(lines).toHaveLength(1);
    const event = await one(lines[0]!);
    expect(event).toEqual(expected(lines[0]!));
    expect(event).toMatchObject(kept);
  });

  it('keeps the whole line as the message where a line has only fields', async () => {
    const [line = ''] = logged((logger) => logger.info({ size: 3 }));
    expect(await one(line)).toEqual(expected(line));
    expect(await one(line)).toMatchObject({ message: line, size: 3, severity_text: 'INFO' });
  });

  it('keeps a time that it cannot read as the time at which the line was written', async () => {
    const event = await one('{"level":"info","time":"yesterday","msg":"m"}');
    expect(event).toMatchObject({ message: 'm', timestamp: asRead('').timestamp });
  });

  it.each([
    'plain text of another program',
    '',
    '{ not JSON }',
    '{"some":"object"}',
    '{"message":"of another program","level":30}',
    '[1, 2]',
    '"text"',
    'null',
    '    at file:///app/server.js:12:7',
    `{"level":"error","time":"2026-11-29T01:02:03.456Z","msg":"cut`,
  ])('leaves a line of another program as it is: %s', async (line) => {
    expect(await one(line)).toEqual(asRead(line));
  });
});
