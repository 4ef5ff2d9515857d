import { type Framework, frameworks } from '../../test/compat/frameworks.js';
import { lastResults, type Result } from '../../test/compat/results.js';

const HEARD = 'yes, by its messages';
/** What a cell begins with, from the weakest answer on. */
const STRENGTHS = ['fails', 'not tried', 'no', HEARD];
const WIRINGS = ['observe', 'register'] as const;

/** The table of everything that the toolkit was tested with, with versions. The results come from the last `npm run compat`. */
export function worksWith(): string {
  const results = lastResults();
  const rows = frameworks.map((framework) => {
    const result = results[framework.title];
    const ways = WIRINGS.map((wiring) => way(framework, result, wiring));
    return row([framework.title, result ? triedWith(result) : 'not yet', ...ways]);
  });
  return ['| | tried | `observe(server)` | register hook |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

/** The same for the README: one short row for what belongs together. */
export function worksWithInShort(): string {
  const results = lastResults();
  const names = [...new Set(frameworks.map(nameOf))];
  const rows = names.map((name) => {
    const members = frameworks.filter((framework) => nameOf(framework) === name);
    const ways = WIRINGS.map((wiring) =>
      weakest(members.map((member) => inShort(way(member, results[member.title], wiring)))),
    );
    return row([name, ...ways]);
  });
  return ['| | `observe(server)` | register hook |', '| --- | --- | --- |', ...rows].join('\n');
}

const nameOf = ({ title, name = title }: Framework) => name;
const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
/** Of several answers, the one that promises least. */
const weakest = (answers: readonly string[]) => STRENGTHS.find((answer) => answers.includes(answer)) ?? 'yes';
const inShort = (answer: string) => answer.replace(/:.*/, '');

function triedWith({ version, node, date }: Result): string {
  return [version, ...(node ? [`Node ${node.slice(1)}`] : []), date].join(', ');
}

function way(
  { wirings, heard, note }: Framework,
  result: Result | undefined,
  wiring: 'observe' | 'register',
): string {
  if (!wirings.includes(wiring)) return `no: ${note ?? 'no place for it'}`;
  const works = result?.works[wiring];
  if (works === undefined) return 'not tried';
  if (!works) return 'fails';
  return wiring === 'observe' || heard === undefined ? 'yes' : `${HEARD}: ${heard}`;
}
