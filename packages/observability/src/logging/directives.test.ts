import { describe, expect, it } from 'vitest';
import { levelFor, parseDirectives } from './directives.js';

describe('log directives', () => {
  it.each([
    ['', 'info', {}],
    ['debug', 'debug', {}],
    ['WARN', 'warn', {}],
    ['off', 'silent', {}],
    ['info,pmcp=debug,pmcp::http=trace', 'info', { pmcp: 'debug', 'pmcp::http': 'trace' }],
    [' info , pmcp = Error ', 'info', { pmcp: 'error' }],
    ['pmcp=off', 'info', { pmcp: 'silent' }],
    ['pmcp::http', 'info', { 'pmcp::http': 'trace' }],
    ['debug,error', 'error', {}],
    ['my-crate=warn,', 'info', { 'my-crate': 'warn' }],
  ])('%j are parsed', (text, level, targets) => {
    expect(parseDirectives(text)).toEqual({ level, targets: new Map(Object.entries(targets)), problems: [] });
  });

  it.each([
    'inof',
    'pmcp=loud',
    '=debug',
    'pmcp=',
    'a[span{field}]=info',
    'info/regex',
    'a:b=info',
    'a=b=info',
    'constructor',
    'pmcp=constructor',
    '__proto__',
    'pmcp=__proto__',
  ])('that are invalid are ignored and reported: %j', (directive) => {
    const { level, targets, problems } = parseDirectives(`warn,${directive}`);
    expect([level, targets.size]).toEqual(['warn', 0]);
    expect(problems).toEqual([expect.stringContaining(`got ${JSON.stringify(directive)}; it is ignored`)]);
  });

  it.each([
    ['pmcp', 'debug'],
    ['pmcp::http', 'trace'],
    ['pmcp::http::sse', 'trace'],
    ['pmcp::stdio', 'debug'],
    ['pmcps', 'info'],
    ['other::pmcp', 'info'],
    ['', 'info'],
  ])('give %j the level %s', (target, level) => {
    expect(levelFor(target, parseDirectives('info,pmcp=debug,pmcp::http=trace'))).toBe(level);
  });
});
