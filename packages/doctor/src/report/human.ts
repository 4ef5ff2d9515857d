import { type Check, type Code, flagOf, GROUPS, type Group, type Need } from '../check.js';
import type { Outcome, Result } from '../run/result.js';
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
  const told = new Map<string, Outcome & { readonly kind: 'not applicable' }>();
  for (const { check, outcome } of results) {
    if (outcome.kind !== 'not applicable') continue;
    const key = JSON.stringify(outcome);
    codes.set(key, [...(codes.get(key) ?? []), check.code]);
    told.set(key, outcome);
  }
  const lines = [...told].map(([key, { lead = 'nothing to look at for', because }]) => {
    const members = codes.get(key)!;
    const who = members.length > MOST_CODES ? plural(members.length, 'check') : members.join(', ');
    return `  - ${lead} ${who}: ${shown(because)}`;
  });
  return lines.length === 0 ? [] : [...lines, ''];
}

/** Returns lines with what settings that were not given would check: each alone, and several together. */
function notAsked(results: readonly Result[]): string[] {
  const idle = results.flatMap(({ check, outcome }) =>
    outcome.kind === 'not asked'
      ? [{ missing: outcome.missing, enough: enoughFor(check, outcome.missing) }]
      : [],
  );
  if (idle.length === 0) return [];
  const counts = new Map<Need, number>();
  for (const need of idle.flatMap(({ enough }) => enough)) counts.set(need, (counts.get(need) ?? 0) + 1);
  const alone = [...counts].map(([need, count]) => `${flagOf(need)} (${count})`);
  const joint = idle.filter(({ enough }) => enough.length === 0);
  const others = [...new Set(joint.flatMap(({ missing }) => missing))].filter((need) => !counts.has(need));
  const several = [
    'several flags',
    ...(others.length > 0 ? [`such as ${others.map(flagOf).join(', ')}`] : []),
  ];
  const more = joint.length > 0 ? [`${several.join(', ')} (${joint.length})`] : [];
  return [
    `  - more checks with ${[...alone, ...more].join(', ')}`,
    `    of ${plural(results.length, 'check')}, ${idle.length} did not run: what they look at may be wrong all the same`,
    '',
  ];
}

/** The settings, each of which alone lets a check run. */
function enoughFor({ needs }: Check, missing: readonly Need[]): readonly Need[] {
  const unmet = needs.map((any) => [any].flat()).filter((any) => any.every((need) => missing.includes(need)));
  return missing.filter((need) => unmet.every((any) => any.includes(need)));
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
