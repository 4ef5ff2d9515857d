import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { corpus } from '../../../../test/support/privacy/corpus.js';
import { RequestScope } from '../follow/scope.js';
import { createFamilies } from '../metrics/families.js';
import { type LogOptions, resolveLog } from './config.js';
import { createLogging } from './logger.js';

interface Line extends Record<string, unknown> {
  readonly msg: string;
}

/** A logger, and the lines that it wrote. */
function logging(options: LogOptions = {}, env: Record<string, string> = {}) {
  const lines: Line[] = [];
  const destination = { write: (line: string) => void lines.push(JSON.parse(line)) };
  const families = createFamilies();
  let scope: RequestScope | undefined;
  const { logger } = createLogging(families, resolveLog({ destination, ...options }, env), {
    request: () => scope,
    service: () => 'notes',
  });
  const inside = (request: RequestScope, log: () => void) => {
    scope = request;
    log();
    scope = undefined;
  };
  return { logger, lines, families, inside, messages: () => lines.map(({ msg }) => msg) };
}

/** Lines that were lost, by reason. */
function dropped({ telemetryDropped }: ReturnType<typeof createFamilies>): Record<string, number> {
  const { series } = telemetryDropped;
  return Object.fromEntries(series.map(([, reason], slot) => [reason, telemetryDropped.value(slot)]));
}

describe('a log line', () => {
  it('is JSON with ISO time, the level as a word and the service', () => {
    const { logger, lines } = logging();
    logger.info({ size: 3 }, 'hello');
    expect(lines).toEqual([
      {
        level: 'info',
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        service: 'notes',
        size: 3,
        msg: 'hello',
      },
    ]);
  });

  it('knows the request that it is written for, also from a child', () => {
    const { logger, lines, inside } = logging();
    inside(new RequestScope('tools/call', 'search', performance.now()), () =>
      logger.child({ part: 1 }).info('inside'),
    );
    logger.info('outside');
    expect(lines[0]).toMatchObject({ 'mcp.method': 'tools/call', 'mcp.name': 'search', part: 1 });
    expect(lines[1]).not.toHaveProperty('mcp.method');
  });

  it('hides secrets, in what is logged, in errors and in what a child is bound to', () => {
    const { logger, lines } = logging({ redact: ['user.email'] });
    logger.info({ headers: { authorization: 'Bearer x' }, user: { email: 'a@b', id: 1 } });
    logger.error(Object.assign(new Error('no'), { config: { apiKey: 'x' } }));
    logger.child({ token: 'x' }).info('bound');
    expect(lines[0]).toMatchObject({
      headers: { authorization: '[redacted]' },
      user: { email: '[Redacted]', id: 1 },
    });
    expect(lines[1]).toMatchObject({ err: { message: 'no', config: { apiKey: '[redacted]' } } });
    expect(lines[2]).toMatchObject({ token: '[redacted]' });
  });

  it('hides secrets in what is put into the message', () => {
    const { logger, messages, lines } = logging();
    logger.info('headers %j', { authorization: 'hunter2' });
    logger.info({ size: 1 }, 'user %o', { name: 'a', password: 'hunter2' });
    logger.info({ size: 1 }, { token: 'hunter2' } as never);
    logger.info('sent Authorization: Bearer hunter2');
    logger.error(new Error('refused Basic aHVudGVyMg=='));
    expect(JSON.stringify(lines)).not.toMatch(/hunter2|aHVudGVyMg/);
    expect(messages().slice(0, 2)).toEqual([
      'headers {"authorization":"[redacted]"}',
      'user {"name":"a","password":"[redacted]"}',
    ]);
  });

  it('hides secrets in texts of whatever field, and stays JSON', () => {
    const { logger, lines } = logging();
    const secret = corpus(400, 14).filter(({ secrets }) => secrets.length > 0);
    for (const { text, secrets } of secret) {
      const before = lines.length;
      const error = Object.assign(new Error(text), { url: text, cause: new Error(text) });
      logger.info(text);
      logger.info({ url: text, dsn: text, nested: [{ body: text }] });
      logger.error(error);
      logger.error({ err: error, reason: text }, `because of ${text}`);
      logger.child({ part: text }).info('of %s and %j', text, { text });
      expect(lines).toHaveLength(before + 5);
      for (const line of lines.slice(before)) {
        const shown = Object.values(line)
          .map((part) => JSON.stringify(part))
          .join('\n');
        expect(
          secrets.filter((part) => shown.includes(part)),
          shown,
        ).toEqual([]);
      }
    }
  }, 30_000);

  it('cuts a message of any length, also in the middle of an escape', () => {
    const { logger, messages } = logging();
    for (const pad of ['', 'x', 'xx', 'xxx', 'xxxx', 'xxxxx']) {
      logger.info(`${pad}${'\u0001"\\é'.repeat(200_000)} password=hunter2`);
    }
    for (const message of messages()) {
      expect(message.length).toBeLessThan(40_000);
      expect([message.slice(5, 9), message.slice(-5)].join()).toMatch(/^.*,\[cut\]$/s);
      expect(message.length).toBeGreaterThan(32_000);
    }
    expect(messages()).toHaveLength(6);
  });

  it('without a message may have a field that looks like one', () => {
    const { logger, lines } = logging();
    logger.info({ first: { msg: 'a "quoted" password=hunter2' }, last: 'x' });
    expect(lines).toMatchObject([{ first: { msg: 'a "quoted" password=[redacted]' }, last: 'x' }]);
  });

  it('writes errors, dates and lists into its message as ever', () => {
    const { logger, messages } = logging();
    const date = new Date(0);
    const values: unknown[] = [new TypeError('no'), date, date, [1, 2]];
    logger.info('%s at %s for %d of %s', ...(values as never[]));
    expect(messages()).toEqual([`TypeError: no at ${date} for 0 of 1,2`]);
  });

  it('hides secrets that a child is bound to later', () => {
    const { logger, lines } = logging();
    const child = logger.child({ part: 1 });
    child.setBindings({ password: 'hunter2' });
    child.info('bound');
    expect(lines[0]).toMatchObject({ part: 1, password: '[redacted]' });
  });

  it("hides the headers of Node's requests", async () => {
    const { logger, lines } = logging();
    const server = createServer((req, res) => {
      logger.info({ req, res }, 'asked');
      res.end();
    }).listen(0);
    await once(server, 'listening');
    const headers = { authorization: 'hunter2', cookie: 'hunter2' };
    const request = get({ port: (server.address() as AddressInfo).port, headers });
    await once(request, 'response');
    logger.error({ err: Object.assign(new Error('401'), { request }) });
    server.close();
    expect(lines).toHaveLength(2);
    expect(JSON.stringify(lines)).not.toContain('hunter2');
  });

  it('knows what kind of error it tells of', () => {
    const { logger, lines } = logging();
    class QuotaError extends RangeError {}
    const fields = { token: 'x', limit: 3 };
    logger.error(Object.assign(new QuotaError('too much'), fields));
    logger.child({ err: new TypeError('bound') }).error({ err: new SyntaxError('field') }, 'failed');
    expect(lines[0]).toMatchObject({
      err: {
        type: 'QuotaError',
        message: 'too much',
        stack: expect.stringContaining('logger.test'),
        token: '[redacted]',
        limit: 3,
      },
      msg: 'too much',
    });
    expect(lines[1]).toMatchObject({ err: { type: 'SyntaxError' } });
  });

  it('never throws, whatever it is given', () => {
    const { logger, lines } = logging();
    const no = () => {
      throw new Error('no');
    };
    const hostile = new Proxy({}, { get: no, ownKeys: no, getPrototypeOf: no });
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    logger.info(hostile, 'first');
    logger.info(proxy);
    logger.info('%s and %s', hostile, Symbol('s'));
    logger.info({ hostile }, 'fourth');
    logger.child(hostile).info('fifth');
    logger.child(Object.create(null)).info('sixth');
    logger.child({}).setBindings(hostile);
    expect(lines).toMatchObject([
      { value: '[unserialisable: no]', msg: 'first' },
      { value: expect.stringContaining('[unserialisable: ') },
      { value: '[unserialisable: no]', msg: '%s and %s' },
      { hostile: '[unserialisable: no]', msg: 'fourth' },
      { value: '[unserialisable: no]', msg: 'fifth' },
      { msg: 'sixth' },
    ]);
  });

  it('says what could not be serialised instead of throwing', () => {
    const { logger, lines } = logging();
    const circular: Record<string, unknown> = { big: 10n };
    circular.self = circular;
    const hostile = {
      toJSON() {
        throw new Error('never');
      },
    };
    logger.info({ circular, hostile }, 'survived');
    expect(lines[0]).toMatchObject({
      msg: 'survived',
      circular: { self: '[circular]' },
      hostile: '[unserialisable: never]',
    });
  });

  it('is counted by level once it is written', () => {
    const { logger, families } = logging({ level: 'warn' });
    logger.info('not written');
    logger.warn('written');
    logger.child({}).error('written');
    const { logMessages } = families;
    expect(logMessages.series.map(([level], slot) => [level, logMessages.value(slot)])).toEqual([
      ['warn', 1],
      ['error', 1],
    ]);
  });
});

describe('levels', () => {
  it('are those of the longest target that fits', () => {
    const { logger, messages, lines } = logging({}, { PMCP_LOG: 'info,pmcp=debug,pmcp::http=trace' });
    logger.debug('root');
    logger.target('pmcp').debug('pmcp');
    logger.target('pmcp').trace('pmcp in detail');
    logger.target('pmcp::http').trace('http');
    logger.target('pmcp::stdio').debug('stdio');
    expect(messages()).toEqual(['pmcp', 'http', 'stdio']);
    expect(lines[1]).toMatchObject({ target: 'pmcp::http' });
  });

  it('change while the program runs', () => {
    const { logger, messages } = logging();
    const http = logger.target('pmcp::http');
    http.debug('too early');
    logger.setLevels('warn,pmcp=debug');
    http.debug('now');
    logger.info('no longer');
    expect(messages()).toEqual(['now']);
  });

  it('come from the option, else PMCP_LOG, else RUST_LOG, else info', () => {
    const env = { PMCP_LOG: 'warn', RUST_LOG: 'error' };
    expect(logging({ level: 'debug' }, env).logger.level).toBe('debug');
    expect(logging({}, env).logger.level).toBe('warn');
    expect(logging({}, { RUST_LOG: 'error' }).logger.level).toBe('error');
    expect(logging().logger.level).toBe('info');
  });

  it('that are written badly are a warning, and no crash', () => {
    const { lines, logger } = logging({}, { PMCP_LOG: 'info,pmcp=loud' });
    expect(lines).toMatchObject([{ level: 'warn', msg: expect.stringContaining('got "pmcp=loud"') }]);
    logger.setLevels('louder');
    expect(lines[1]).toMatchObject({ msg: expect.stringContaining('got "louder"') });
  });

  it.each(['constructor', 'pmcp=constructor', '__proto__', 'pmcp=__proto__'])(
    'named like what objects inherit are no crash either: %s',
    (level) => {
      const { lines, logger } = logging({}, { PMCP_LOG: level });
      expect(lines).toMatchObject([{ level: 'warn', msg: expect.stringContaining(`got "${level}"`) }]);
      expect(logger.level).toBe('info');
    },
  );

  it('that RUST_LOG sets for others are no warning', () => {
    const { lines, logger } = logging({}, { RUST_LOG: 'warn,hyper[span{id=1}]=trace' });
    expect([lines, logger.level]).toEqual([[], 'warn']);
  });
});

describe('a destination', () => {
  it('can be a file, in a folder that is made', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'pmcp-log-'));
    const file = join(folder, 'logs/notes.log');
    logging({ destination: file }).logger.info('kept');
    await expect.poll(() => readFileSync(file, 'utf8')).toContain('"msg":"kept"');
    rmSync(folder, { recursive: true });
  });

  it('that cannot be written is an error at start-up', () => {
    expect(() => logging({ destination: '/dev/null/notes.log' })).toThrow(
      'Expected `log.destination` to be a file that can be written, got "/dev/null/notes.log"',
    );
  });

  it('that throws costs its line and nothing else', () => {
    const write = () => {
      throw new Error('closed');
    };
    const { logger, families } = logging({ destination: { write } });
    logger.info('lost');
    expect(dropped(families)).toEqual({ export_failed: 1 });
  });

  it('that does not drain gets a bounded part, and what is dropped is counted', () => {
    const stream = new Writable({ write: () => {} });
    const { logger, families } = logging({ destination: stream });
    const text = 'x'.repeat(1_000);
    for (let i = 0; i < 6_000; i++) logger.info({ text });
    expect(stream.writableLength).toBeGreaterThan(4_000_000);
    expect(stream.writableLength).toBeLessThan(4.3e6);
    const { queue_full = 0 } = dropped(families);
    expect(queue_full).toBeGreaterThan(1_500);
    stream.destroy();
  });

  it.runIf(process.platform === 'linux')('on a disk that is full loses lines for that reason', async () => {
    const { logger, families } = logging({ destination: '/dev/full' });
    logger.info('lost');
    await expect.poll(() => dropped(families)).toEqual({ export_failed: 1 });
  });
});

describe('paths to redact', () => {
  it.each([
    [5, '5'],
    ['', '""'],
    [undefined, 'undefined'],
    ['a[', '"a["'],
    ['.', '"."'],
  ])('that pino does not understand are an error that names the option: %j', (path, shown) => {
    expect(() => logging({ redact: ['user.email', path as string] })).toThrow(
      new TypeError(
        `Expected \`log.redact[1]\` to be a path such as user.email or items[*].owner, got ${shown}`,
      ),
    );
  });

  it.each(['a', 'a.b[*].c', 'a["b-c"]', '*.x', '[0]'])('are taken as pino takes them: %s', (path) => {
    expect(() => logging({ redact: [path] })).not.toThrow();
  });
});

describe("the application's own logger", () => {
  it('learns of the request, as do its children, and keeps all else', () => {
    const written: Line[] = [];
    const own = pino(
      { level: 'debug', name: 'mine', mixin: () => ({ region: 'eu' }) },
      { write: (line) => void written.push(JSON.parse(line)) },
    );
    const before = own.child({ part: 'early' });
    const { logger, inside } = logging({ logger: own });
    expect(logger).toBe(own);
    inside(new RequestScope('prompts/get', 'greet', performance.now()), () => {
      own.debug('root');
      before.info('child');
    });
    expect(written).toMatchObject([
      { level: 20, name: 'mine', region: 'eu', 'mcp.method': 'prompts/get', 'mcp.name': 'greet' },
      { level: 30, part: 'early', region: 'eu', 'mcp.method': 'prompts/get' },
    ]);
  });
});
