import { type Framework, frameworks } from '../../test/compat/frameworks.js';
import { lastResults, type Result } from '../../test/compat/results.js';

/**
 * The README's table of frameworks with which the toolkit was tested.
 * The results come from the last `npm run compat`.
 */
export function worksWith(): string {
  const results = lastResults();
  const rows = frameworks.map((framework) => row(framework, results[framework.title]));
  return ['| | tried | `observe(server)` | register hook |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

function row(framework: Framework, result: Result | undefined): string {
  const tried = result ? triedWith(result) : 'not yet';
  return `| ${framework.title} | ${tried} | ${way(framework, result, 'observe')} | ${way(framework, result, 'register')} |`;
}

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
  return wiring === 'observe' || heard === undefined ? 'yes' : `yes, by its messages: ${heard}`;
}
