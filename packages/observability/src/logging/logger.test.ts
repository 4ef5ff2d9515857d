import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { type Line, logging } from '../../../../test/support/logging.js';
import { RequestScope } from '../follow/scope.js';

describe('a log line', () => {
  it('is JSON with ISO time, the level as a word, and the service', () => {
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

  it('has the fields of its request, also from a child logger', () => {
    const { logger, lines, inside } = logging();
    inside(new RequestScope('tools/call', 'search', performance.now()), () =>
      logger.child({ part: 1 }).info('inside'),
    );
    logger.info('outside');
    expect(lines[0]).toMatchObject({ 'mcp.method': 'tools/call', 'mcp.name': 'search', part: 1 });
    expect(lines[1]).not.toHaveProperty('mcp.method');
  });

  it('formats errors, dates and lists in its message as pino does', () => {
    const { logger, messages } = logging();
    const date = new Date(0);
    const values: unknown[] = [new TypeError('no'), date, date, [1, 2]];
    logger.info('%s at %s for %d of %s', ...(values as never[]));
    expect(messages()).toEqual([`TypeError: no at ${date} for 0 of 1,2`]);
  });

  it('has the type of its error', () => {
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

  it('never throws, whatever it gets', () => {
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

  it('is counted by level after it was written', () => {
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

describe("the application's own logger", () => {
  it('gets the fields of the request, as do its children, and keeps all else', () => {
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
