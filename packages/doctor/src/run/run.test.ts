import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { CannotRun, type Check, type Code, type Finding, NotApplicable } from '../check.js';
import { Context, type Settings } from '../context.js';
import { coloursFor } from '../report/colours.js';
import { humanReport } from '../report/human.js';
import { jsonReport } from '../report/json.js';
import { junitReport } from '../report/junit.js';
import { sarifReport } from '../report/sarif.js';
import { exitCode } from './result.js';
import { runChecks } from './run.js';

const WELL: readonly Finding[] = [];
const BAD: readonly Finding[] = [{ found: 'it is bad' }];

function check(code: Code, run: Check['run'], more: Partial<Check> = {}): Check {
  const texts = { title: 'It is well.', why: 'It matters.', cure: 'Repair it.', rights: 'None.' };
  return { code, group: 'server', ...texts, needs: [], severity: 'fail', run, ...more };
}

function context(timeout = 30): Context {
  return new Context({ timeout } as Settings, AbortSignal.timeout(timeout * 1_000));
}

async function outcomes(checks: readonly Check[], skipped = new Map<Code, string>(), timeout = 30) {
  const results = await runChecks(checks, context(timeout), skipped);
  return { results, kinds: results.map(({ outcome }) => outcome.kind), code: exitCode(results) };
}

const well = async () => WELL;
const bad = async () => BAD;
const unknown = async () => {
  throw new CannotRun('nobody answers');
};

describe('the checks of a run', () => {
  it('are named by their cause alone, however far it is', async () => {
    const { results, code } = await outcomes([
      check('PMCP-D901', bad),
      check('PMCP-D902', bad, { after: ['PMCP-D901'] }),
      check('PMCP-D903', bad, { after: ['PMCP-D902'] }),
      check('PMCP-D904', bad),
    ]);
    const by = { kind: 'hidden', by: 'PMCP-D901' };
    expect(results.map(({ outcome }) => outcome)).toMatchObject([
      { kind: 'found' },
      by,
      by,
      { kind: 'found' },
    ]);
    expect(code).toBe(1);
  });

  it('are run although a cause is only warned of, was left out, or needs what was not named', async () => {
    const causes = [
      check('PMCP-D901', bad, { severity: 'warn' }),
      check('PMCP-D902', bad),
      check('PMCP-D903', bad, { needs: ['prometheus'] }),
    ];
    const last = check('PMCP-D904', bad, { after: ['PMCP-D901', 'PMCP-D902', 'PMCP-D903'] });
    const { kinds } = await outcomes([...causes, last], new Map([['PMCP-D902', 'as agreed']]));
    expect(kinds).toEqual(['found', 'skipped', 'not asked', 'found']);
  });

  it('that cannot be told are no success, and hide what comes after them', async () => {
    const { kinds, code } = await outcomes([
      check('PMCP-D901', unknown),
      check('PMCP-D902', bad, { after: ['PMCP-D901'] }),
    ]);
    expect([kinds, code]).toEqual([['unknown', 'hidden'], 2]);
  });

  it('lose findings that others explain, be it by a warning, and keep the rest', async () => {
    const both = async () => [
      { found: 'it follows', follows: ['PMCP-D901'] as const },
      { found: 'it does not' },
    ];
    const follows = async () => [{ found: 'it follows', follows: ['PMCP-D901'] as const }];
    const checks = (cause: Check['run']) => [
      check('PMCP-D901', cause, { severity: 'warn' }),
      check('PMCP-D902', both),
      check('PMCP-D903', follows),
    ];
    const { results, kinds } = await outcomes(checks(bad));
    expect(kinds).toEqual(['found', 'found', 'hidden']);
    expect(results[1]!.outcome).toMatchObject({ findings: [{ found: 'it does not' }] });
    expect((await outcomes(checks(well))).kinds).toEqual(['passed', 'found', 'found']);
  });

  it('show no token that they were given, whoever tells it', async () => {
    const one = context();
    one.secrets.add('t0kenOfOurs');
    const told = async () => [{ found: 'it got t0kenOfOurs', cure: 'Give t0kenOfOurs.' }];
    const [result] = await runChecks([check('PMCP-D901', told)], one, new Map());
    expect(JSON.stringify(result!.outcome)).not.toContain('t0kenOfOurs');
  });

  it('that have nothing to look at are neither good nor bad, and hide nothing', async () => {
    const nothing = async () => {
      throw new NotApplicable('there is no backup');
    };
    const { results, kinds, code } = await outcomes([
      check('PMCP-D901', nothing),
      check('PMCP-D902', nothing),
      check('PMCP-D903', well, { after: ['PMCP-D901'] }),
    ]);
    expect([kinds, code]).toEqual([['not applicable', 'not applicable', 'passed'], 0]);
    const text = humanReport(results, coloursFor({}, {}));
    expect(text).toMatch(/^ {2}- nothing to look at for PMCP-D901, PMCP-D902: there is no backup$/m);
    expect(text).toMatch(/^nothing found, 1 check passed$/m);
    expect(junitReport(results)).toContain('<skipped message="there is no backup"/>');
  });

  it('end in time, also where one of them never does', async () => {
    const never = check('PMCP-D901', () => delay(600_000, WELL, { ref: false }));
    const begin = performance.now();
    const { kinds } = await outcomes([never, check('PMCP-D902', well)], undefined, 0.5);
    expect(kinds).toEqual(['unknown', 'passed']);
    expect(performance.now() - begin).toBeLessThan(60_000);
  });

  it('find out each fact once', async () => {
    let asked = 0;
    const fact = async () => ++asked;
    const asking = async (context: Context) => {
      await context.get(fact);
      return WELL;
    };
    await outcomes([check('PMCP-D901', asking), check('PMCP-D902', asking)]);
    expect(asked).toBe(1);
  });
});

describe('every report', () => {
  const reports = {
    human: (results: Parameters<typeof jsonReport>[0]) => humanReport(results, coloursFor({}, {})),
    json: jsonReport,
    sarif: (results: Parameters<typeof jsonReport>[0]) => sarifReport(results, '1.0.0'),
    junit: junitReport,
  };

  it.each(Object.entries(reports))('hides secrets that servers tell: %s', async (_, report) => {
    const told = 'refused: https://admin:hunter22@db/ with Authorization: Bearer s3cret-t0ken-of-prometheus';
    const { results } = await outcomes([
      check('PMCP-D901', async () => [{ found: told }]),
      check('PMCP-D902', async () => {
        throw new CannotRun(told);
      }),
    ]);
    const text = report(results);
    expect(text).toContain('refused');
    expect(text).not.toMatch(/hunter22|s3cret/);
  });

  it.each(Object.entries(reports))(
    'lets no server write to the terminal or into the format: %s',
    async (_, report) => {
      const found = 'it says \u001b[2J\u0007 <b a="1">&\n::error::';
      const { results } = await outcomes([check('PMCP-D901', async () => [{ found }])]);
      const text = report(results);
      for (const raw of ['\u001b', '\u0007', '\n::error']) expect(text).not.toContain(raw);
      if (report === junitReport) expect(text).toContain('&lt;b a=&quot;1&quot;&gt;&amp;');
    },
  );
});

describe('the report for people', () => {
  it('has colours on a terminal, unless nobody wants them', async () => {
    const { results } = await outcomes([check('PMCP-D901', bad)]);
    const text = (isTTY: boolean, env: NodeJS.ProcessEnv) => humanReport(results, coloursFor({ isTTY }, env));
    expect(text(true, {})).toContain('\u001b[31mPMCP-D901\u001b[39m');
    expect(text(true, { NO_COLOR: '1' })).not.toContain('\u001b');
    expect(text(false, {})).not.toContain('\u001b');
    expect(text(false, { FORCE_COLOR: '1' })).toContain('\u001b');
  });

  it('says at first what breaks at first, and at last how much there is', async () => {
    const { results } = await outcomes([check('PMCP-D901', well), check('PMCP-D902', bad)]);
    const lines = humanReport(results, coloursFor({}, {})).trimEnd().split('\n');
    expect(lines[0]).toBe('PMCP-D902 it is bad');
    expect(lines.at(-1)).toBe('1 finding, 1 check passed');
  });

  it('says at first what is broken, and not what only costs something', async () => {
    const { results } = await outcomes([
      check('PMCP-D901', bad, { severity: 'warn' }),
      check('PMCP-D902', bad),
    ]);
    expect(humanReport(results, coloursFor({}, {}))).toMatch(/^PMCP-D902 it is bad\n/);
  });
});
