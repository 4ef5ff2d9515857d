import { readFileSync } from 'node:fs';

/** The commands of a page, in order, each in one line. */
export const linesOf = (page: string): readonly string[] =>
  [...readFileSync(page, 'utf8').matchAll(/^```sh\n(.*?)^```/gms)]
    .flatMap(([, block = '']) =>
      block
        .replaceAll(/\\\n\s*/g, '')
        .trim()
        .split('\n'),
    )
    .map((line) => line.trim());

/** The commands of the page about the chart, as words. */
export const commands: readonly (readonly [program: string, ...args: string[]])[] = linesOf(
  'docs/helm.md',
).map((line) => line.split(/\s+/) as [string, ...string[]]);
