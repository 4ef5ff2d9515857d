import { flagOf, GROUPS, type Group } from '../check.js';
import type { Result } from '../run/result.js';
import { addressOf } from './address.js';
import { findingsOf, shown } from './flat.js';

/** Writes JUnit XML, which every CI can show. It has a suite for each group, and a case for each check. */
export function junitReport(results: readonly Result[]): string {
  const suites = (Object.keys(GROUPS) as Group[])
    .map((group) => results.filter(({ check }) => check.group === group))
    .filter((members) => members.length > 0)
    .map(suite);
  return ['<?xml version="1.0" encoding="UTF-8"?>', '<testsuites>', ...suites, '</testsuites>', ''].join(
    '\n',
  );
}

function suite(results: readonly Result[]): string {
  const group = results[0]!.check.group;
  const counted = (...kinds: readonly string[]) =>
    results.filter(({ outcome }) => kinds.includes(outcome.kind)).length;
  const counts = {
    tests: results.length,
    failures: counted('found'),
    errors: counted('unknown'),
    skipped: counted('hidden', 'not asked', 'skipped'),
    time: seconds(results.reduce((sum, { ms }) => sum + ms, 0)),
  };
  return [
    `  <testsuite${attributes({ name: GROUPS[group], ...counts })}>`,
    ...results.map(testCase),
    '  </testsuite>',
  ].join('\n');
}

function testCase(result: Result): string {
  const { check, ms } = result;
  const named = {
    classname: `pmcp-doctor.${check.group}`,
    name: `${check.code} ${check.title}`,
    time: seconds(ms),
  };
  const content = ending(result);
  return content === undefined
    ? `    <testcase${attributes(named)}/>`
    : `    <testcase${attributes(named)}>${content}</testcase>`;
}

function ending(result: Result): string | undefined {
  const { check, outcome } = result;
  switch (outcome.kind) {
    case 'passed':
      return undefined;
    case 'found': {
      const findings = findingsOf([result]);
      const lines = findings.map(
        ({ found, cure, where }) => `${where ? `${where.file}: ` : ''}${found}\n${cure}`,
      );
      const text = [...lines, findings[0]!.why, addressOf(check.code)].join('\n');
      return `<failure${attributes({ message: findings[0]!.found, type: findings[0]!.severity })}>${escaped(text)}</failure>`;
    }
    case 'unknown':
      return `<error${attributes({ message: shown(outcome.because) })}/>`;
    case 'hidden':
      return skipped(`explained by ${outcome.by}`);
    case 'not applicable':
      return skipped(shown(outcome.because));
    case 'not asked':
      return skipped(`needs ${outcome.missing.map(flagOf).join(' and ')}`);
    case 'skipped':
      return skipped(shown(outcome.reason));
  }
}

function skipped(message: string): string {
  return `<skipped${attributes({ message })}/>`;
}

function attributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${escaped(String(value))}"`)
    .join('');
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escaped(text: string): string {
  return text.replaceAll(/[&<>"]/g, (character) => ENTITIES[character]!);
}

function seconds(ms: number): string {
  return (ms / 1_000).toFixed(3);
}
