import { describe, expect, it } from 'vitest';
import { atLeast, exactly, type Labels, matches, matchesAll } from './alert-matchers.js';
import { endingsOf, type Route } from './alert-routes.js';

const CRITICAL: Labels = { alertname: 'Down', severity: 'critical' };

describe('matchers', () => {
  it.each([
    ['severity="critical"', true],
    ['severity=critical', true],
    ['severity!="critical"', false],
    ['severity=~"critical|page"', true],
    ['severity=~"crit"', false],
    ['severity!~"warning|info"', true],
    ['severity=~"(?i)CRITICAL"', true],
    ['{alertname="Down", severity="critical"}', true],
    ['team="mcp"', undefined],
    ['{team="mcp", severity="info"}', false],
    ['severity=~"(?U)critical"', undefined],
  ])('%s of an alert whose team is unknown: %s', (matcher, expected) => {
    expect(matches({ matchers: [matcher] }, atLeast(CRITICAL))).toBe(expected);
  });

  it('may fit another value where the one that is known is an example', () => {
    const alert = atLeast({ job: 'pmcp' }, ['job']);
    expect(matches({ matchers: ['job="pmcp"'] }, alert)).toBe(true);
    expect(matches({ matchers: ['job="pmcp-notes"'] }, alert)).toBe(undefined);
  });

  it('take a label that an alert does not have as empty', () => {
    expect(matchesAll(['team=""'], CRITICAL)).toBe(true);
    expect(matchesAll(['team="mcp"'], CRITICAL)).toBe(false);
  });
});

describe('routes', () => {
  const route: Route = {
    receiver: 'default',
    routes: [
      { matchers: ['severity=~".+"'], receiver: 'archive', continue: true },
      {
        match: { team: 'mcp' },
        receiver: 'team',
        routes: [{ match_re: { severity: 'crit.*' }, receiver: 'page', mute_time_intervals: ['night'] }],
      },
    ],
  };
  const reached = (alert: Parameters<typeof endingsOf>[1]) =>
    endingsOf(route, alert).map(({ receiver }) => receiver);

  it('go on after `continue`, and end at the deepest that fits', () => {
    expect(reached(exactly({ ...CRITICAL, team: 'mcp' }))).toEqual(['archive', 'page']);
    expect(reached(exactly(CRITICAL))).toEqual(['archive']);
    expect(reached(exactly({}))).toEqual(['default']);
  });

  it('may all be reached that unknown labels decide', () => {
    expect(reached(atLeast(CRITICAL))).toEqual(['archive', 'page']);
    expect(reached(atLeast({ alertname: 'Down' }))).toEqual(['archive', 'page', 'team', 'default']);
  });
});
