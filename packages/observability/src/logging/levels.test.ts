import { describe, expect, it } from 'vitest';
import { logging } from '../../../../test/support/logging.js';

describe('levels', () => {
  it('are those of the longest matching target', () => {
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

  it('come from the option, then PMCP_LOG, then RUST_LOG, then info', () => {
    const env = { PMCP_LOG: 'warn', RUST_LOG: 'error' };
    expect(logging({ level: 'debug' }, env).logger.level).toBe('debug');
    expect(logging({}, env).logger.level).toBe('warn');
    expect(logging({}, { RUST_LOG: 'error' }).logger.level).toBe('error');
    expect(logging().logger.level).toBe('info');
  });

  it('that are invalid cause a warning, and no crash', () => {
    const { lines, logger } = logging({}, { PMCP_LOG: 'info,pmcp=loud' });
    expect(lines).toMatchObject([{ level: 'warn', msg: expect.stringContaining('got "pmcp=loud"') }]);
    logger.setLevels('louder');
    expect(lines[1]).toMatchObject({ msg: expect.stringContaining('got "louder"') });
  });

  it.each(['constructor', 'pmcp=constructor', '__proto__', 'pmcp=__proto__'])(
    'named like inherited members of objects cause no crash: %s',
    (level) => {
      const { lines, logger } = logging({}, { PMCP_LOG: level });
      expect(lines).toMatchObject([{ level: 'warn', msg: expect.stringContaining(`got "${level}"`) }]);
      expect(logger.level).toBe('info');
    },
  );

  it('that RUST_LOG sets for other programs cause no warning', () => {
    const { lines, logger } = logging({}, { RUST_LOG: 'warn,hyper[span{id=1}]=trace' });
    expect([lines, logger.level]).toEqual([[], 'warn']);
  });
});
