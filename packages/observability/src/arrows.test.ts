import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { typescriptIn } from '../../../test/support/typescript-files.js';

const SRC = dirname(fileURLToPath(import.meta.url));
const ROOT = join(SRC, '../../..');
const IMPORT = /from '(\.{1,2}\/[^']+)\.js'/g;
const SOURCES = ['packages', 'prometheus', 'alerts', 'dashboards', 'scripts', 'bench'];

/** The folders that the files of a folder may import. Files that are in no folder are below all folders. */
const MAY_KNOW: Readonly<Record<string, readonly string[]>> = {
  protocol: [],
  http: ['protocol'],
  mcp: ['protocol', 'http'],
  metrics: ['protocol', 'http', 'mcp'],
};
const GROUND = ['catalog', 'semconv', 'expect', 'process-wide', 'within'];

/** The source files below a folder, without tests and build output. */
function sourcesIn(folder: string): string[] {
  return typescriptIn(folder).filter((file) => !/\.test\.tsx?$/.test(file));
}

/** The files that a file imports, without their extensions. */
function importsOf(file: string): string[] {
  return [...readFileSync(file, 'utf8').matchAll(IMPORT)].map(([, target]) => join(dirname(file), target!));
}

/** The folders and ground files that the sources of a folder import. */
function known(folder: string): string[] {
  const targets = sourcesIn(join(SRC, folder)).flatMap(importsOf);
  return [...new Set(targets.map((target) => relative(SRC, target).split('/')[0]!))].filter(
    (target) => target !== folder,
  );
}

/** The circles in which files import each other. */
function circles(imports: ReadonlyMap<string, readonly string[]>): string[][] {
  const found: string[][] = [];
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (file: string): void => {
    if (path.includes(file)) found.push([...path.slice(path.indexOf(file)), file]);
    if (done.has(file)) return;
    done.add(file);
    path.push(file);
    for (const next of imports.get(file) ?? []) visit(next);
    path.pop();
  };
  for (const file of imports.keys()) visit(file);
  return found;
}

describe.each(Object.entries(MAY_KNOW))('the code in %s/', (folder, others) => {
  it(`imports only the ground files and ${others.join(' and ') || 'nothing else'}`, () => {
    expect(known(folder).filter((target) => ![...others, ...GROUND].includes(target))).toEqual([]);
  });
});

describe('the recorders', () => {
  const RECORDERS = ['metrics', 'tracing', 'logging', 'audit'];

  it.each(RECORDERS)('beside %s are unknown to it, except that all may count', (folder) => {
    const others = RECORDERS.filter((name) => name !== folder && name !== 'metrics');
    expect(known(folder).filter((target) => others.includes(target))).toEqual([]);
  });
});

describe('what joins the parts', () => {
  it('is known to no folder but the command line', () => {
    const tops = ['observability', 'default', 'register', 'serving', 'index'];
    const folders = readdirSync(SRC, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    const knowing = folders.filter(({ name }) => known(name).some((target) => tops.includes(target)));
    expect(knowing.map(({ name }) => name)).toEqual(['cli']);
  });

  it('knows few files, which know the others', () => {
    expect(importsOf(join(SRC, 'observability.ts')).length).toBeLessThan(28);
  });
});

describe('the files of the repository', () => {
  it('do not import each other in a circle, not even for types', () => {
    const files = SOURCES.flatMap((folder) => sourcesIn(join(ROOT, folder)));
    const imports = new Map(files.map((file) => [file.replace(/\.tsx?$/, ''), importsOf(file)]));
    const named = circles(imports).map((circle) => circle.map((file) => relative(ROOT, file)));
    expect(named).toEqual([]);
  });
});
