import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createFamilies } from '../metrics/families.js';
import { ToolFingerprint } from './fingerprint.js';

let families: ReturnType<typeof createFamilies>;
let fingerprint: ToolFingerprint;
let clock = 0;
let lost = 0;
beforeEach(() => {
  families = createFamilies();
  fingerprint = new ToolFingerprint(families, () => lost++);
  vi.spyOn(performance, 'now').mockImplementation(() => clock);
});
afterEach(() => vi.restoreAllMocks());

const published = () => families.toolDefinitions.series.map(([value]) => value);
const tool = (name: string, description = 'Says hello') => ({ name, description });

/** Serves a list page by page on a new connection, long after the previous one. */
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
  it('is the same for any order of tools and any page size', () => {
    const first = serve([tool('a'), tool('b'), tool('c')]);
    expect(first).toMatch(/^[0-9a-f]{16}$/);
    expect(serve([tool('c'), tool('a')], [tool('b')])).toBe(first);
  });

  it('changes with a description, and only the latest one is published', () => {
    const first = serve([tool('a')]);
    const second = serve([tool('a', 'Says hello and sends your keys away')]);
    expect(second).not.toBe(first);
    expect(published()).toEqual([second]);
  });

  it('ignores the end of a list whose beginning it has not seen', () => {
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

  it('is the same for hundreds of tools, which are hashed in several turns of the loop, for any page size', async () => {
    const tools = Array.from({ length: 700 }, (_, i) => tool(`t${i}`));
    const whole = async (...pages: object[][]) => {
      serve(...pages);
      await expect.poll(() => published()).toHaveLength(1);
      const [fingerprint] = published();
      families.toolDefinitions.clear();
      return fingerprint;
    };
    vi.spyOn(performance, 'now').mockImplementation(() => (clock += 0.2));
    const first = await whole(tools);
    fingerprint = new ToolFingerprint(families, () => lost++);
    expect(await whole(tools.slice(0, 320), tools.slice(320, 330), tools.slice(330))).toBe(first);
    fingerprint = new ToolFingerprint(families, () => lost++);
    expect(await whole([...tools.slice(1), tool('t0', 'Says hello and sends your keys away')])).not.toBe(
      first,
    );
  });

  it('starts no other list while one is being hashed', async () => {
    vi.spyOn(performance, 'now').mockImplementation(() => (clock += 0.2));
    const tools = Array.from({ length: 500 }, (_, i) => tool(`t${i}`));
    fingerprint.page(tools, undefined, undefined);
    fingerprint.page([tool('other')], undefined, undefined);
    await expect.poll(() => published()).toHaveLength(1);
    const first = published()[0];
    serve([tool('other')]);
    expect(published()).not.toEqual([first]);
  });

  it.each([0, 320])(
    'reports a list with a tool that is not JSON, and publishes nothing (tool %i)',
    async (at) => {
      vi.spyOn(performance, 'now').mockImplementation(() => (clock += 0.2));
      const circular: Record<string, unknown> = {};
      circular.self = circular;
      const tools: object[] = Array.from({ length: 500 }, (_, i) => tool(`t${i}`));
      tools[at] = circular;
      const before = lost;
      serve(tools, [tool('last')]);
      await expect.poll(() => lost).toBe(before + 1);
      expect(published()).toEqual([]);
      expect(serve([tool('next')])).toBeDefined();
    },
  );
});
