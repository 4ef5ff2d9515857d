import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createFamilies } from '../metrics/families.js';
import { ToolFingerprint } from './fingerprint.js';

let families: ReturnType<typeof createFamilies>;
let fingerprint: ToolFingerprint;
let clock = 0;
beforeEach(() => {
  families = createFamilies();
  fingerprint = new ToolFingerprint(families);
  vi.spyOn(performance, 'now').mockImplementation(() => clock);
});
afterEach(() => vi.restoreAllMocks());

const published = () => families.toolDefinitions.series.map(([value]) => value);
const tool = (name: string, description = 'Says hello') => ({ name, description });

/** Serves a listing page by page on a connection of its own, long after the one before. */
function serve(...pages: object[][]): string | undefined {
  clock += 10_000;
  pages.forEach((tools, i) => {
    fingerprint.page(
      tools,
      i === 0 ? undefined : `page ${i}`,
      i < pages.length - 1 ? `page ${i + 1}` : undefined,
    );
  });
  return published()[0];
}

describe('the fingerprint of the tool list', () => {
  it('is the same whatever the order of tools and the size of pages', () => {
    const first = serve([tool('a'), tool('b'), tool('c')]);
    expect(first).toMatch(/^[0-9a-f]{16}$/);
    expect(serve([tool('c'), tool('a')], [tool('b')])).toBe(first);
  });

  it('changes with a description, and only the one served last is published', () => {
    const first = serve([tool('a')]);
    const second = serve([tool('a', 'Says hello and sends your keys away')]);
    expect(second).not.toBe(first);
    expect(published()).toEqual([second]);
  });

  it('ignores the end of a listing whose beginning it has not seen', () => {
    fingerprint.page([tool('z')], 'page 2', undefined);
    expect(published()).toEqual([]);
  });

  it('hashes at most once a second, however often tools are listed', () => {
    const first = serve([tool('a')]);
    clock += 999;
    fingerprint.page([tool('b')], undefined, undefined);
    expect(published()).toEqual([first]);
    clock += 1;
    fingerprint.page([tool('b')], undefined, undefined);
    expect(published()).not.toEqual([first]);
  });

  it('folds into _other once a server has shown too many', () => {
    for (let i = 0; i < 50; i++) serve([tool(`t${i}`)]);
    expect(serve([tool('one too many')])).toBe('_other');
    expect(serve([tool('t0')])).not.toBe('_other');
  });
});
