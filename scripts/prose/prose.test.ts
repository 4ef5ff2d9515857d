import { describe, expect, it } from 'vitest';
import { pages } from './pages.js';
import { stumbles } from './prose.js';

describe('prose that is hard to read', () => {
  it.each([
    ['a word that stands there twice', 'It is the the server.', /repeated/],
    ['a phrase that is worn out', 'It works like clockwork.', /cliche/],
    ['an odd turn of phrase', 'It ends for want of memory.', /odd/],
    ['a verb that comes late', 'Of a line above 1 kB it reads the ends.', /Of a line/],
    ['"for" in place of "because"', 'Load one of them, for their uids are the same.', /for their/],
    ['a limit without its noun', 'It has as many connections as it may.', /as it may/],
    ['a default in a roundabout way', 'It listens on loopback unless you say so.', /unless you say/],
    ['a rare word', 'It starts anew.', /anew/],
    ['two words in place of one', 'It can not start.', /can not/],
    ['an odd turn of phrase in a table', '| a | It ends for want of memory. |', /odd/],
    ['a sentence that does not end', `It has ${'a part of '.repeat(13)}it.`, /more than/],
  ])('is found: %s', (_, text, reason) => {
    expect(stumbles(text)).toEqual([expect.stringMatching(reason)]);
  });

  it('is not found in code, tables, headings and comments', () => {
    const page =
      '# The the\n\n`the the`, `the the`\n\n```sh\nthe the\n```\n\n| the the |\n\n<!-- the the -->\n';
    expect(stumbles(page)).toEqual([]);
  });

  it('is on no page', () => {
    const found = [...pages()].flatMap(([path, text]) => stumbles(text).map((one) => `${path}: ${one}`));
    expect(found).toEqual([]);
  });
});
