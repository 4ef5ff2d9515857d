import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import type { Check, Finding } from '../check.js';
import { CHECKS } from '../checks/registry.js';
import type { Outcome, Result } from '../run/result.js';
import { coloursFor } from './colours.js';
import { findingsOf, shown } from './flat.js';
import { humanReport } from './human.js';
import { jsonReport } from './json.js';
import { junitReport } from './junit.js';
import { sarifReport } from './sarif.js';

const SCHEMA = join(import.meta.dirname, '../../../../test/vendor/sarif/sarif-2.1.0.json');
const isSarif = new Ajv({
  strict: false,
  allErrors: true,
  // One of its patterns is valid without only.
  unicodeRegExp: false,
  formats: { 'date-time': true, uri: isUri, 'uri-reference': isReference },
}).compile(JSON.parse(readFileSync(SCHEMA, 'utf8')));

function isUri(text: string): boolean {
  return URL.canParse(text);
}

function isReference(text: string): boolean {
  return URL.canParse(text, 'file:///') && /^[\w%./~:#?&=+,;@!$'()*-]*$/.test(text);
}

const PLACES = [
  undefined,
  { file: 'a/b.yaml' },
  { file: '/tmp/with space/ü.yaml', line: 7 },
  { file: 'C:\\x.yaml', line: 1 },
];
const TEXTS = ['it is bad', '<b a="1">&\u0000\u001b[2J', '', 'x'.repeat(5_000), '\ud800'];

/** Every way in which a check can end. */
const OUTCOMES: readonly Outcome[] = [
  { kind: 'passed' },
  ...PLACES.flatMap((where) =>
    TEXTS.map((found): Outcome => ({ kind: 'found', findings: [{ found, ...(where && { where }) }] })),
  ),
  {
    kind: 'found',
    findings: [
      { found: 'one', severity: 'warn' },
      { found: 'two', cure: 'Repair it.' },
    ],
  },
  { kind: 'hidden', by: 'PMCP-D001' },
  { kind: 'unknown', because: 'nobody answers' },
  { kind: 'not applicable', because: 'there is none' },
  { kind: 'not asked', missing: ['url', 'prometheus'] },
  { kind: 'skipped', reason: 'as agreed' },
];

/** Each check with some of them, so that all checks and all ways are there. */
function results(): Result[] {
  const count = Math.max(CHECKS.length, OUTCOMES.length);
  return Array.from({ length: count }, (_, i) => ({
    check: CHECKS[i % CHECKS.length]!,
    outcome: OUTCOMES[i % OUTCOMES.length]!,
    ms: 12.5,
  }));
}

describe('the report for code scanning', () => {
  it('is SARIF 2.1.0, whatever was found', () => {
    const one = JSON.parse(sarifReport(results(), '1.0.0'));
    expect(isSarif(one), JSON.stringify(isSarif.errors?.slice(0, 3))).toBe(true);
    expect(one.runs[0].results.length).toBeGreaterThan(OUTCOMES.length / 2);
  });

  it('is SARIF 2.1.0 where there is nothing to say', () => {
    expect(isSarif(JSON.parse(sarifReport([], '1.0.0')))).toBe(true);
  });
});

describe('the report for CI', () => {
  it('is well-formed, and has a test case for each check', () => {
    const xml = junitReport(results());
    const tags = [
      ...xml.matchAll(/<(\/?)([a-z]+)((?: [a-z]+="[^"<>&]*(?:&(?:amp|lt|gt|quot);[^"<>&]*)*")*)(\/?)>/g),
    ];
    const open: string[] = [];
    for (const [, isEnd, name = '', , isEmpty] of tags) {
      if (isEnd) expect(open.pop()).toBe(name);
      else if (!isEmpty) open.push(name);
    }
    expect(open).toEqual([]);
    const rest = xml.replace(/^<\?xml[^>]*\?>/, '').replaceAll(/<\/?[a-z]+(?: [a-z]+="[^"<>]*")*\/?>/g, '');
    expect(rest).not.toMatch(/[<>]|&(?!(?:amp|lt|gt|quot);)/);
    expect(tags.filter(([, isEnd, name]) => !isEnd && name === 'testcase')).toHaveLength(results().length);
  });
});

/** Secrets as they are met in what servers say. */
const SECRETS: readonly ((secret: string) => string)[] = [
  (secret) => `https://admin:${secret}@db.internal/`,
  (secret) => `Authorization: Bearer ${secret}`,
  (secret) => `{"password":"${secret}"}`,
  (secret) => `--api-key=${secret}`,
  (secret) => `postgres://notes:${secret}@postgres/notes?sslmode=require`,
  (secret) => `ghp_${secret.padEnd(36, 'x')}`,
];
const SECRET = 'Zq7hV2mXw9';

describe('every report', () => {
  const reports = {
    human: (all: readonly Result[]) => humanReport(all, coloursFor({}, {})),
    json: jsonReport,
    sarif: (all: readonly Result[]) => sarifReport(all, '1.0.0'),
    junit: junitReport,
  };

  it.each(Object.entries(reports))(
    'shows no secret, in whatever part of whatever check it is: %s',
    (_, report) => {
      const all = CHECKS.flatMap((check, i) => planted(check, SECRETS[i % SECRETS.length]!(SECRET)));
      expect(report(all)).not.toContain(SECRET);
    },
  );
});

const CHECKS_FOLDER = join(import.meta.dirname, '../checks');

/** Every text in the source of the checks, by the file that it is in. */
function sourceTexts(): (readonly [file: string, text: string])[] {
  return readdirSync(CHECKS_FOLDER, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) =>
      [...readFileSync(join(CHECKS_FOLDER, file), 'utf8').matchAll(/'([^'\\\n]*)'|"([^"\\\n]*)"/g)].map(
        ([, single, double]) => [file, single ?? double ?? ''] as const,
      ),
    );
}

describe('what checks say of themselves', () => {
  it('is shown whole, also where it looks like a secret', () => {
    for (const check of CHECKS) {
      const outcome: Outcome = { kind: 'found', findings: [{ found: 'it is bad' }] };
      const [told] = findingsOf([{ check, outcome, ms: 1 }]);
      expect(told!.cure, check.code).toBe(check.cure);
      const text = humanReport([{ check, outcome, ms: 1 }], coloursFor({}, {}));
      for (const part of [check.why, check.cure]) expect(text).toContain(part);
      expect(text).not.toContain('[redacted]');
    }
  });

  it('looks like no secret where it is said of one finding', () => {
    const own = new Set(CHECKS.map(({ cure }) => cure));
    for (const [file, text] of sourceTexts()) if (!own.has(text)) expect(shown(text), file).toBe(text);
  });
});

function planted(check: Check, text: string): Result[] {
  const finding: Finding = { found: `it says ${text} to all`, cure: `Run it with ${text}.` };
  const outcomes: readonly Outcome[] = [
    { kind: 'found', findings: [finding] },
    { kind: 'unknown', because: text },
    { kind: 'not applicable', because: text },
    { kind: 'skipped', reason: text },
  ];
  return outcomes.map((outcome) => ({ check, outcome, ms: 1 }));
}

describe('the report for people', () => {
  const report = (checks: readonly [needs: Check['needs'], outcome: Outcome][]) =>
    humanReport(
      checks.map(([needs, outcome]) => ({ check: { ...CHECKS[0]!, needs }, outcome, ms: 0 })),
      coloursFor({}, {}),
    );

  it('counts for each flag the checks that it alone lets run', () => {
    const told = report([
      [['url'], { kind: 'not asked', missing: ['url'] }],
      [[['url', 'admin']], { kind: 'not asked', missing: ['url', 'admin'] }],
      [['url', 'prometheus'], { kind: 'not asked', missing: ['url', 'prometheus'] }],
      [['url', 'logs'], { kind: 'not asked', missing: ['logs'] }],
      [['kube', 'traces'], { kind: 'not asked', missing: ['kube', 'traces'] }],
    ]);
    expect(told).toContain(
      'more checks with --url (2), --admin (1), --logs (1), several flags, such as --prometheus, --kube, --traces (2)\n',
    );
  });

  it('says whether there is nothing to look at, or not yet', () => {
    const told = report([
      [[], { kind: 'not applicable', because: 'there is none' }],
      [[], { kind: 'not applicable', because: 'ask again', lead: 'too early for' }],
    ]);
    expect(told).toContain(`- nothing to look at for ${CHECKS[0]!.code}: there is none\n`);
    expect(told).toContain(`- too early for ${CHECKS[0]!.code}: ask again\n`);
  });
});
