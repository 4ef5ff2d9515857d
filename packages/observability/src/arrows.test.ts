import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const SRC = dirname(fileURLToPath(import.meta.url));
const IMPORT = /from '(\.{1,2}\/[^']+)\.js'/g;

/** What a folder may know beside itself; files that are in none are on the ground, below all. */
const MAY_KNOW: Readonly<Record<string, readonly string[]>> = {
  mcp: ['http'],
  http: ['mcp'],
  metrics: ['mcp', 'http'],
};
const GROUND = ['catalog', 'semconv', 'expect', 'process-wide', 'within'];

/** The folders and ground files that the sources of a folder import. */
function known(folder: string): string[] {
  const files = readdirSync(join(SRC, folder), { recursive: true, encoding: 'utf8' });
  const sources = files.filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'));
  const targets = sources.flatMap((file) => {
    const path = join(SRC, folder, file);
    const imports = [...readFileSync(path, 'utf8').matchAll(IMPORT)].map(([, target]) => target!);
    return imports.map((target) => relative(SRC, join(dirname(path), target)).split('/')[0]!);
  });
  return [...new Set(targets)].filter((target) => target !== folder);
}

describe.each(Object.entries(MAY_KNOW))('what is in %s/', (folder, others) => {
  it(`knows only the ground and ${others.join(' and ')}/`, () => {
    expect(known(folder).filter((target) => ![...others, ...GROUND].includes(target))).toEqual([]);
  });
});
