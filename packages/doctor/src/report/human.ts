import { type Code, flagOf, GROUPS, type Group, type Need } from '../check.js';
import type { Result } from '../run/result.js';
import { addressOf } from './address.js';
import type { Colours } from './colours.js';
import { findingsOf, shown, type Told } from './flat.js';

/** Writes the report for people: the first step that breaks, then all findings by group, then what is unknown. */
export function humanReport(results: readonly Result[], colours: Colours): string {
  const findings = findingsOf(results);
  const groups = (Object.keys(GROUPS) as Group[]).flatMap((group) => {
    const found = findings.filter(({ check }) => check.group === group);
    return found.length === 0
      ? []
      : [colours.bold(GROUPS[group]), ...found.flatMap((one) => told(one, colours)), ''];
  });
  // A warning breaks nothing, so a failure comes first.
  const first = findings.find(({ severity }) => severity === 'fail') ?? findings[0];
  return [
    ...(first ? [headline(first, colours), ''] : []),
    ...groups,
    ...unknowns(results, colours),
    ...skips(results),
    ...notApplicable(results),
    ...notAsked(results),
    summary(results, findings, colours),
    '',
  ].join('\n');
}

function headline({ check, found }: Told, { red }: Colours): string {
  return `${red(check.code)} ${found}`;
}

function told({ check, severity, found, cure, why, where }: Told, { red, yellow, dim }: Colours): string[] {
  const mark = severity === 'fail' ? red('✗') : yellow('!');
  const place = where ? `${where.file}${where.line === undefined ? '' : `:${where.line}`}: ` : '';
  return [
    `  ${mark} ${check.code} ${place}${found}`,
    `    ${dim('why')}  ${why}`,
    `    ${dim('cure')} ${cure}`,
    `    ${dim(addressOf(check.code))}`,
  ];
}

function unknowns(results: readonly Result[], { yellow, dim }: Colours): string[] {
  const lines = results.flatMap(({ check, outcome }) =>
    outcome.kind === 'unknown'
      ? [
          `  ${yellow('?')} ${check.code} could not be run: ${shown(outcome.because)}`,
          `    ${dim(check.title)}`,
        ]
      : [],
  );
  return lines.length === 0 ? [] : [...lines, ''];
}

function skips(results: readonly Result[]): string[] {
  const lines = results.flatMap(({ check, outcome }) =>
    outcome.kind === 'skipped' ? [`  - ${check.code} left out: ${shown(outcome.reason)}`] : [],
  );
  return lines.length === 0 ? [] : [...lines, ''];
}

/** More than these are counted. */
const MOST_CODES = 5;

/** Returns one line for each reason why checks had nothing to look at. */
function notApplicable(results: readonly Result[]): string[] {
  const codes = new Map<string, Code[]>();
  for (const { check, outcome } of results)
    if (outcome.kind === 'not applicable')
      codes.set(outcome.because, [...(codes.get(outcome.because) ?? []), check.code]);
  const lines = [...codes].map(
    ([because, members]) =>
      `  - nothing to look at for ${members.length > MOST_CODES ? plural(members.length, 'check') : members.join(', ')}: ${shown(because)}`,
  );
  return lines.length === 0 ? [] : [...lines, ''];
}

/** Returns a line with what settings that were not given would check. */
function notAsked(results: readonly Result[]): string[] {
  const counts = new Map<Need, number>();
  for (const { outcome } of results)
    if (outcome.kind === 'not asked')
      for (const need of outcome.missing) counts.set(need, (counts.get(need) ?? 0) + 1);
  const flags = [...counts].map(([need, count]) => `${flagOf(need)} (${count})`);
  if (flags.length === 0) return [];
  const idle = results.filter(({ outcome }) => outcome.kind === 'not asked').length;
  return [
    `  - more checks with ${flags.join(', ')}`,
    `    of ${plural(results.length, 'check')}, ${idle} did not run: what they look at may be wrong all the same`,
    '',
  ];
}

function summary(results: readonly Result[], findings: readonly Told[], { green, red }: Colours): string {
  const counted = (kind: string) => results.filter(({ outcome }) => outcome.kind === kind).length;
  const [passed, hidden, unknown] = [counted('passed'), counted('hidden'), counted('unknown')];
  const parts = [
    `${plural(passed, 'check')} passed`,
    ...(unknown > 0 ? [`${unknown} could not be run`] : []),
    ...(hidden > 0 ? [`${hidden} more will run when what is above is mended`] : []),
  ];
  const nothing = passed > 0 || unknown === 0 ? green('nothing found') : 'nothing could be looked at';
  const verdict = findings.length === 0 ? nothing : red(plural(findings.length, 'finding'));
  return [verdict, ...parts].join(', ');
}

function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}
