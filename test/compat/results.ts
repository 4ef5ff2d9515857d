import { existsSync, readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Framework } from './frameworks.js';
import type { Project } from './project.js';
import type { Wiring } from './served.js';

const FILE = join(import.meta.dirname, 'results.json');

/** The result of a row, as the table of the README shows it. */
export interface Result {
  readonly version: string;
  /** The day of the run. */
  readonly date: string;
  /** The version of Node; empty for other runtimes. */
  readonly node: string;
  readonly works: Readonly<Partial<Record<Wiring, boolean>>>;
}

export type ResultsByTitle = Readonly<Record<string, Result>>;

/** Reads the results of the last runs. */
export function lastResults(): ResultsByTitle {
  return existsSync(FILE) ? (JSON.parse(readFileSync(FILE, 'utf8')) as ResultsByTitle) : {};
}

/** Keeps the result of each row; those that did not run stay unchanged. */
export class Results {
  private readonly found: Record<string, Result> = {};

  /** Runs the test of a row, and records whether it passed. */
  async of(framework: Framework, project: Project, wiring: Wiring, test: () => Promise<void>): Promise<void> {
    const { title, packages, runtime } = framework;
    const works = { ...this.found[title]?.works, [wiring]: false };
    const node = runtime ? '' : (await project.run('node', ['--version'])).trim();
    const date = new Date().toISOString().slice(0, 10);
    this.found[title] = { version: await versionOf(packages[0] ?? '', project), date, node, works };
    await test();
    works[wiring] = true;
  }

  async write(): Promise<void> {
    const all = { ...lastResults(), ...this.found };
    const sorted = Object.fromEntries(Object.entries(all).sort(([a], [b]) => a.localeCompare(b)));
    await writeFile(FILE, `${JSON.stringify(sorted, null, 2)}\n`);
  }
}

async function versionOf(spec: string, { folder }: Project): Promise<string> {
  const name = spec.replace(/(?<=.)@.*$/, '');
  const manifest = await readFile(join(folder, 'node_modules', name, 'package.json'), 'utf8');
  return `${name} ${JSON.parse(manifest).version}`;
}
