import { type Check, GROUPS } from '../check.js';
import type { Result } from '../run/result.js';

/** Tells a person who waits how far it is, on stderr: stdout has only the report. */
export function tell(text: string): void {
  process.stderr.write(text);
}

/** Writes a line to stderr when the last check of a group has ended. */
export function progressOf(
  checks: readonly Check[],
  write: (text: string) => void = tell,
): (result: Result) => void {
  const begin = performance.now();
  const ended: Result[] = [];
  return (result) => {
    ended.push(result);
    const { group } = result.check;
    const members = ended.filter(({ check }) => check.group === group);
    if (members.length < checks.filter((check) => check.group === group).length) return;
    const ran = members.filter(({ outcome }) => outcome.kind === 'passed' || outcome.kind === 'found');
    if (ran.length === 0) return;
    const found = members.filter(({ outcome }) => outcome.kind === 'found').length;
    const time = ((performance.now() - begin) / 1_000).toFixed(1);
    write(
      `${GROUPS[group]}: ${ran.length} of ${members.length} checks run, ${found} found something, ${time} s\n`,
    );
  };
}
