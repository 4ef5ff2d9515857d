import { TraceFlags } from '@opentelemetry/api';
import { type Logger, pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Random } from '../../../../test/support/random.js';
import type { Peer } from '../mcp/peer.js';
import { createFamilies } from '../metrics/families.js';
import type { Ending, Outcome } from '../protocol/outcome.js';
import { type LogOptions, resolveLog } from './config.js';
import { createLogging } from './logger.js';
import { PinoLines } from './pino-lines.js';
import type { RequestFacts } from './request-fields.js';
import { TextLines } from './text-lines.js';

const IDS = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 };
const PEER: Peer = {
  number: 7,
  kind: 'stdio',
  sessionId: undefined,
  protocolVersion: '2025-06-18',
  client: 'inspector',
  address: undefined,
  server: undefined,
};

function facts(more: Partial<RequestFacts> = {}, ending: Partial<Ending> = {}): RequestFacts {
  return {
    method: 'tools/call',
    name: 'search',
    label: 'search',
    seconds: 0.0123456,
    waited: 0,
    peer: PEER,
    ending: { outcome: 'ok', type: '', ...ending },
    ids: undefined,
    ...more,
  };
}

/** A logger as requests have it, with the lines that it writes and a writer of each kind. */
function logging(options: LogOptions = {}) {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  const families = createFamilies();
  const config = resolveLog({ ...(options.logger === undefined && { destination }), ...options }, {});
  const { logger, requestLines } = createLogging(families, config, {
    request: () => undefined,
    service: () => 'notes "1"',
  });
  const part = logger.target('pmcp::requests');
  return { lines, families, logger, part, own: requestLines(part), pino: new PinoLines(part) };
}

function written(lines: string[], write: () => void): string {
  lines.length = 0;
  write();
  return lines.join('');
}

/** pino puts the ids at the end of a line outside of its request, and after the service inside of it, as we do. */
function idsFirst(line: string): string {
  const ids = /,"trace_id":"(?:[^"\\]|\\.)*","span_id":"[^"]*","trace_flags":"[^"]*"/.exec(line)?.[0];
  if (ids === undefined) return line;
  return line.replace(ids, '').replace(/("service":"(?:[^"\\]|\\.)*")/, `$1${ids.replaceAll('$', '$$$$')}`);
}

function expectEqual(options: LogOptions, one: RequestFacts, change?: (logger: Logger) => void): void {
  const { lines, part, own, pino } = logging(options);
  change?.(part);
  for (const level of ['info', 'warn', 'error'] as const) {
    const expected = idsFirst(written(lines, () => pino.write(level, one)));
    // The second time, texts are known.
    for (let i = 0; i < 2; i++) expect(written(lines, () => own.write(level, one))).toBe(expected);
    expect(expected).toMatch(/^\{.+\}\n$/);
  }
}

const SECRETS = [
  'Bearer abcdefghijklmnopqrstuvwxyz0123456789',
  'postgres://user:hunter2@db/prod',
  'password=hunter2 and more',
  'sk-proj-abcdefghijklmnopqrstuvwxyz0123456789ABCD',
];
const TEXTS = [
  '',
  'search',
  'a "quoted" \\ name',
  'line\nbreak\ttab\u0000',
  'ünïcödé 🎉 漢字',
  '\u2028\u202e\u009f direction',
  '%s %d %o %% {}',
  'x'.repeat(199),
  'y'.repeat(5_000),
  '__proto__',
  ...SECRETS,
];
const OUTCOMES: Outcome[] = [
  'ok',
  'cancelled',
  'client_error',
  'tool_error',
  'server_error',
  'task',
  '_other',
];

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: 1_800_000_000_123 });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('the line of a request, written as text', () => {
  it.each([
    ['of a usual request', facts()],
    ['without a name', facts({ method: 'tools/list', name: '', label: '' })],
    ['of a task', facts({ operation: 'task' })],
    ['of a failure', facts({ error: 'no such note' }, { outcome: 'tool_error', type: 'tool_error' })],
    [
      'of a refusal',
      facts({}, { outcome: 'client_error', type: 'unauthorized', isRefused: true, status: 401 }),
    ],
    ['of a request that waited', facts({ waited: 12.3456 })],
    ['of an unknown client', facts({ peer: { ...PEER, client: undefined, number: 0 } })],
    ['of a client that says no text', facts({ peer: { ...PEER, client: 5 } })],
    ['of a sampled trace', facts({ ids: IDS })],
    ['of a trace that is not sampled', facts({ ids: { ...IDS, traceFlags: TraceFlags.NONE } })],
    ['of a trace with ids that are none', facts({ ids: { ...IDS, traceId: 'a"b', spanId: '' } })],
    ['that took no time', facts({ seconds: 0 })],
    ['that took very long', facts({ seconds: 1e9 / 3 })],
  ])('%s is the one that pino writes', (_, one) => {
    expectEqual({}, one);
  });

  it.each(TEXTS)('is the one that pino writes with %j in each of its texts', (text) => {
    const peer = { ...PEER, client: text };
    const ending = { outcome: 'server_error', type: text } as const;
    expectEqual({}, facts({ method: `${text}!`, name: text, label: text, peer, error: text }, ending));
  });

  it('is the one that pino writes of random requests', () => {
    const random = new Random(7);
    const any = <T>(values: readonly T[]): T => random.pick(values);
    const { lines, own, pino } = logging();
    for (let i = 0; i < 500; i++) {
      const one = facts(
        {
          method: any(['tools/call', 'prompts/get', ...TEXTS]),
          name: any(TEXTS),
          label: any(TEXTS),
          seconds: random.below(1e9) / 10 ** random.below(12),
          waited: any([0, random.below(1e9) / 1e6]),
          ...any([{}, { error: any(TEXTS) }]),
          ids: any([undefined, IDS]),
          peer: { ...PEER, client: any([undefined, ...TEXTS]), number: any([0, 1, 123_456]) },
        },
        { outcome: any(OUTCOMES), type: any(['', '-32603', 'tool_error']), ...any([{}, { status: 503 }]) },
      );
      const expected = idsFirst(written(lines, () => pino.write('info', one)));
      expect(written(lines, () => own.write('info', one))).toBe(expected);
    }
  });

  it('has no secret of a name, a client or a failure', () => {
    for (const secret of SECRETS) {
      const { lines, own } = logging();
      const one = facts({ name: secret, label: secret, error: secret }, { type: '-32603' });
      expect(written(lines, () => own.write('info', one))).not.toMatch(/hunter2|0123456789/);
    }
  });

  it('has the fields that were added to its logger', () => {
    expectEqual({}, facts(), (part) => part.setBindings({ region: 'eu', token: 'hunter2' }));
  });

  it('keeps to the level of its logger, also after a change', () => {
    const { logger, own } = logging({ level: 'warn' });
    expect(own.isEnabled('info')).toBe(false);
    logger.setLevels('error,pmcp::requests=info');
    expect(own.isEnabled('info')).toBe(true);
  });

  it('is counted by its level', () => {
    const { own, families } = logging();
    own.write('warn', facts());
    own.write('warn', facts());
    const { logMessages } = families;
    expect(logMessages.series.map(([level], slot) => [level, logMessages.value(slot)])).toEqual([
      ['warn', 2],
    ]);
  });

  it('does not keep more texts than a bound', () => {
    const { lines, own, pino } = logging();
    for (let i = 0; i < 3_000; i++) own.write('info', facts({ name: `name ${i}` }));
    expect((own as unknown as { known: Map<string, string> }).known.size).toBeLessThanOrEqual(1_000);
    const expected = written(lines, () => pino.write('info', facts()));
    expect(written(lines, () => own.write('info', facts()))).toBe(expected);
  });
});

describe('what decides about the lines of requests', () => {
  it.each([
    ['the toolkit', {}],
    ['the toolkit, with paths that lead elsewhere', { redact: ['user.email', 'items[*].owner', 'clients'] }],
  ])('is %s', (_, options) => {
    expect(logging(options).own).toBeInstanceOf(TextLines);
    expectEqual(options, facts());
  });

  it.each([[['client']], [['["mcp.name"]']], [['*']], [['*.secret']], [['user.email', 'msg']]])(
    'is pino if the paths %j to redact may mean one of their fields',
    (redact) => {
      const { lines, own } = logging({ redact });
      expect(own).toBeInstanceOf(PinoLines);
      own.write('info', facts());
      expect(lines).toHaveLength(1);
    },
  );

  it("is the application's own logger, with its serializers, formatters, mixin and levels", () => {
    const lines: string[] = [];
    const logger = pino(
      {
        base: null,
        timestamp: false,
        messageKey: 'message',
        mixin: () => ({ region: 'eu' }),
        serializers: { client: () => 'somebody' },
        formatters: { level: (label, number) => ({ severity: label, number }) },
      },
      { write: (line) => void lines.push(line) },
    );
    const { own } = logging({ logger });
    expect(own).toBeInstanceOf(PinoLines);
    own.write('info', facts());
    expect(JSON.parse(lines[0] as string)).toMatchObject({
      severity: 'info',
      number: 30,
      region: 'eu',
      client: 'somebody',
      message: 'tools/call search',
    });
  });
});
