import { execFile, execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { catalog, doctorCatalog, jobCatalog } from '@pmcp/observability/catalog';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CODES } from '../../packages/observability/src/codes/codes.js';
import { VARIABLES } from '../../packages/observability/src/variables.js';
import { options } from '../../scripts/generate/reference/options.js';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');
/** A folder inside the repository, so that the examples find the packages that they import. */
const folder = join(root, 'node_modules/.cache/docs');

interface Page {
  readonly path: string;
  readonly text: string;
}

function pages(...patterns: string[]): Page[] {
  return patterns.flatMap(tracked).map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
}

const guides = pages('README.md', 'docs/**/*.md', 'packages/*/README.md');
/** It has so many examples that one process for each would take minutes. */
const API = 'docs/reference/api.md';
const examples = pages('**/*.md').flatMap(({ path, text }) =>
  [...text.matchAll(/```ts\n(.*?)```/gs)].map(([, code = ''], i) => {
    const title = `example ${i + 1} of ${path}`;
    return {
      title,
      path,
      code: prepared(path, code),
      file: join(folder, `${title.replaceAll(/\W+/g, '-')}.ts`),
    };
  }),
);

/** The page about queries shows expressions without their imports, and mistakes that the compiler finds, or a run. */
function prepared(path: string, code: string): string {
  if (path !== 'prometheus/README.md') return code;
  const lines = code.split('\n').map((line) => {
    if (line.endsWith('// no such label') || line.endsWith('// no rate of a gauge'))
      return `() => {\n// @ts-expect-error: the page says so\n${line}\n};`;
    const [shown = '', reason] = line.split('; // throws: ');
    return reason === undefined ? line : `throws(() => ${shown}, TypeError);`;
  });
  return [
    `import { throws } from 'node:assert';`,
    `import { catalog } from '@pmcp/observability/catalog';`,
    `import { not, rate, ratio, share } from '../../../prometheus/promql.js';`,
    ...lines,
  ].join('\n');
}

beforeAll(async () => {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  for (const { file, code } of examples) await writeFile(file, code);
});
afterAll(() => rm(folder, { recursive: true }));

describe('the examples of the documentation', () => {
  it('compile unchanged', async () => {
    expect(examples.length).toBeGreaterThan(7);
    const options = [
      '--ignoreConfig',
      '--noEmit',
      '--strict',
      '--module',
      'nodenext',
      '--target',
      'es2023',
      '--types',
      'node',
      '--skipLibCheck',
    ];
    const compiled = run('npx', ['tsc', ...options, ...examples.map(({ file }) => file)]);
    expect(await compiled.catch(({ stdout }) => stdout)).toMatchObject({ stdout: '' });
  });

  it('run; those of the API run one after the other in one process', async () => {
    const files = examples.filter(({ path }) => path === API).map(({ file }) => file);
    expect(files.length).toBeGreaterThan(30);
    const all = join(folder, 'api-ends.ts');
    const imports = files.map((file) => `await import(${JSON.stringify(file)});`);
    await writeFile(all, `${imports.join('\n')}\nprocess.exit(0);\n`);
    await run(process.execPath, ['--import', 'tsx', all], {
      env: { ...process.env, PMCP_METRICS_PORT: '0' },
    });
  });

  it.each(examples.filter(({ path }) => path !== API))('run: $title', async ({ file, code }) => {
    // Some examples keep ports and connections open, as they should; it is enough that they reach their last
    // line.
    const ends = file.replace('.ts', '-ends.ts');
    await writeFile(ends, `${code}\nprocess.exit(0);\n`);
    await run(process.execPath, ['--import', 'tsx', ends], {
      env: { ...process.env, PMCP_METRICS_PORT: '0' },
    });
  });

  it('name only variables and options that exist', () => {
    const paths = options().map(({ path }) => path);
    // Files, a method and an API whose names begin like options.
    const others = /^audit\.(?:\d+\.)?jsonl$|^health\.add$|^metrics\.k8s\.io$/;
    // The page about the chart names the values of the chart.
    const [chart] = pages('charts/pmcp-server/README.md');
    const known = (name: string) =>
      others.test(name) ||
      chart?.text.includes(`| \`${name}\` |`) ||
      VARIABLES.includes(name.replace('PMCP_', '')) ||
      paths.some((path) => path === name || path.startsWith(`${name}.`));
    const named = guides.flatMap(({ text }) => [
      ...text.matchAll(
        /`(PMCP_(?![EW]_)[A-Z_]+|(?:metrics|connections|http|health|shutdown|traces|log|audit|profiling)\.[\w.]+)`/g,
      ),
    ]);
    expect(named.length).toBeGreaterThan(50);
    expect(named.map(([, name = '']) => name).filter((name) => !known(name))).toEqual([]);
  });
});

describe('the guides', () => {
  it('name only metrics that exist', () => {
    const known = [
      ...Object.values(catalog),
      ...Object.values(jobCatalog),
      ...Object.values(doctorCatalog),
    ].map(({ name }) => name);
    const named = guides.flatMap(
      ({ text }) => text.match(/(?<![\w:])pmcp_[a-z_]+_(?:total|seconds|bytes|info)\b/g) ?? [],
    );
    expect(named.length).toBeGreaterThan(10);
    expect([...new Set(named)].filter((name) => !known.includes(name as (typeof known)[number]))).toEqual([]);
  });

  it('name only commands and flags that exist', () => {
    const used = [...guides, ...pages('examples/**/*.md', 'alerts/**/*.md')].flatMap(({ path, text }) =>
      commandLinesOf(text).map((line) => ({ path, line })),
    );
    expect(used.length).toBeGreaterThan(40);
    expect(used.filter(({ line }) => !isCommandLine(line))).toEqual([]);
  });

  it('agree on what an install brings', () => {
    const [servers, architecture] = pages('docs/servers.md', 'docs/architecture.md').map(({ text }) => text);
    const [light = 0, more = 0] = [...servers!.matchAll(/(\d+) (?:more )?packages and/g)].map(([, n]) =>
      Number(n),
    );
    expect(architecture).toContain(`install ${light} packages, not ${light + more}.`);
  });

  it('name only codes that exist', () => {
    const codes = guides.flatMap(({ text }) => text.match(/\bPMCP_[EW]_[A-Z_]+[A-Z]\b/g) ?? []);
    expect([...new Set(codes)].filter((code) => !Object.hasOwn(CODES, code))).toEqual([]);
  });
});

describe('the pages of the repository', () => {
  it('link to files and headings that exist', () => {
    const broken = pages('**/*.md').flatMap((page) =>
      linksOf(page.text)
        .filter((link) => !leadsSomewhere(page, link))
        .map((link) => `${page.path}: ${link}`),
    );
    expect(broken).toEqual([]);
  });
});

/** Returns what follows the name of the program, in code blocks and in code within a sentence. */
function commandLinesOf(text: string): string[] {
  const code = text.match(/```.*?```|`[^`\n]+`/gs) ?? [];
  return code.flatMap((part) =>
    [...part.matchAll(/pmcp-observability ([a-z][^|>`\n]*)/g)].map(([, line = '']) => line),
  );
}

/** The section of each command on the page about the command line. */
const SECTIONS = new Map(
  readFileSync(join(root, 'docs/reference/cli.md'), 'utf8')
    .split(/^## /m)
    .map((section) => [section.split('\n')[0]!, section]),
);

function isCommandLine(line: string): boolean {
  const [first = '', second = ''] = line.split(' ');
  const section = SECTIONS.get(`${first} ${second}`) ?? SECTIONS.get(first);
  const ours = line.split(' -- ')[0]!;
  const flags = ours.match(/(?<=\s)--[a-z-]+/g) ?? [];
  // A sentence may name only the first word of a command.
  if (section === undefined)
    return second === '' && [...SECTIONS.keys()].some((name) => name.startsWith(`${first} `));
  return flags.every((flag) => flag === '--help' || section.includes(`\`${flag}`));
}

function linksOf(text: string): string[] {
  const prose = text.replaceAll(/```.*?```/gs, '');
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link = '']) => link)
    .filter((link) => !/^[a-z]+:/.test(link));
}

function leadsSomewhere({ path, text }: Page, link: string): boolean {
  const [file = '', heading] = link.split('#');
  const target = file === '' ? join(root, path) : join(root, dirname(path), file);
  if (!existsSync(target)) return false;
  if (heading === undefined) return true;
  return headingsOf(file === '' ? text : readFileSync(target, 'utf8')).includes(heading);
}

/** Returns the anchors of headings, as GitHub makes them. */
function headingsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

function tracked(pattern: string): string[] {
  const files = execFileSync('git', ['ls-files', '-z', `:(glob)${pattern}`], { cwd: root, encoding: 'utf8' });
  return files.split('\0').filter(Boolean);
}
