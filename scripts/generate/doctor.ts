import { type Check, flagOf, GROUPS, type Group } from '../../packages/doctor/src/check.js';
import { CHECKS } from '../../packages/doctor/src/checks/registry.js';
import { pageWith } from './page.js';

/** docs/doctor.md: what each check examines, with a stable address for each. */
export function doctorPage(): string {
  return pageWith('docs/doctor.md', {
    checks: (Object.keys(GROUPS) as Group[]).flatMap(section).join('\n\n'),
  });
}

function section(group: Group): string[] {
  const members = CHECKS.filter((check) => check.group === group);
  return members.length === 0 ? [] : [`## ${GROUPS[group]}`, ...members.map(entry)];
}

function entry({ code, title, why, cure, needs, rights, severity, after }: Check): string {
  const facts = [
    severity === 'fail' ? 'An error.' : 'A warning.',
    `Needs ${needs.map(flagsOf).join(' and ')}.`,
    `Rights: ${rights}`,
    ...(after?.length
      ? [
          `Looked at when ${after.map((cause) => `[${cause}](#${cause.toLowerCase()})`).join(', ')} found nothing.`,
        ]
      : []),
  ];
  return [`### ${code}`, title, `**Why:** ${why}`, `**What to do:** ${cure}`, facts.join(' ')].join('\n\n');
}

function flagsOf(need: Check['needs'][number]): string {
  return [need]
    .flat()
    .map((one) => `\`${flagOf(one)}\``)
    .join(' or ');
}
