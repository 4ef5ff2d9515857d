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

/** The commands of a page, as words. None has a space within a word. */
export const commandsOf = (page: string): readonly (readonly [program: string, ...args: string[]])[] =>
  linesOf(page).map((line) => line.replaceAll("'", '').split(/\s+/) as [string, ...string[]]);
