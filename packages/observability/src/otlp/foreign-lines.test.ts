import { type Logger, pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { copyLines } from './foreign-lines.js';

function copied(options: Parameters<typeof pino>[0], write = (_line: string) => {}) {
  const copies: Record<string, unknown>[] = [];
  const logger = pino(options as object, { write }) as Logger;
  expect(copyLines(logger, (line) => void copies.push(JSON.parse(line)))).toBe(true);
  return { logger, copies };
}

describe("lines of the application's logger", () => {
  it('are copied with level, time and message like ours, and stay unchanged', () => {
    const lines: string[] = [];
    const { logger, copies } = copied({ base: null, messageKey: 'text' }, (line) => void lines.push(line));
    logger.child({ part: 1 }).warn({ size: 2 }, 'found "%s"', 'it');
    const [line = '{}'] = lines;
    expect(JSON.parse(line)).toEqual({
      level: 40,
      time: expect.any(Number),
      part: 1,
      size: 2,
      text: 'found "it"',
    });
    const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/);
    expect(copies).toMatchObject([{ level: 'warn', time, part: 1, size: 2, msg: 'found "it"' }]);
  });

  it('get the closest of our levels if they have custom ones', () => {
    const { logger, copies } = copied({ level: 'all', customLevels: { all: 1, notice: 35, disaster: 99 } });
    for (const method of ['all', 'notice', 'disaster'])
      (logger as unknown as Record<string, (text: string) => void>)[method]?.('x');
    expect(copies.map(({ level }) => level)).toEqual(['trace', 'info', 'fatal']);
  });

  it('are copied without the fields that the application removes', () => {
    const hooks = { streamWrite: (line: string) => line.replaceAll('4711', '****') };
    for (const messageKey of ['msg', 'text']) {
      const { logger, copies } = copied({ redact: ['password'], hooks, messageKey });
      logger.info({ password: 'x', card: '4711' }, 'card 4711');
      expect(copies).toMatchObject([{ password: '[Redacted]', msg: 'card ****' }]);
      expect(JSON.stringify(copies)).not.toContain('4711');
    }
  });

  it('are not copied from a logger other than pino', () => {
    expect(copyLines({ info() {} } as never, () => {})).toBe(false);
  });
});
