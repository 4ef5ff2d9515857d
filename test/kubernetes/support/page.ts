import { readFileSync } from 'node:fs';

const page = readFileSync('docs/helm.md', 'utf8');

/** The commands of the page about the chart, in order, as words. */
export const commands: readonly (readonly [program: string, ...args: string[]])[] = [
  ...page.matchAll(/^```sh\n(.*?)^```/gms),
]
  .flatMap(([, block = '']) => block.replaceAll('\\\n', ' ').trim().split('\n'))
  .map((line) => line.trim().split(/\s+/) as [string, ...string[]]);
