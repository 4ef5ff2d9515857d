import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { packed } from './packed.js';

const FOLDER = 'assets';

/** What the commands know about the shipped files. */
export interface Facts {
  /** The links in the texts, which can be replaced by the user's. */
  readonly runbookUrl: string;
  readonly dashboardUrl: string;
  /** By the uid of a dashboard: titles of the sections that are hidden while they are empty. */
  readonly optionalSections: Readonly<Record<string, readonly string[]>>;
}

/** Not for users. */
const FACTS_FILE = 'facts.json';

/** The files that ship with the package, by path. */
export function shippedFiles(): Map<string, string> {
  const folder = packed(FOLDER);
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => relative(folder, join(parentPath, name)))
    .filter((path) => path !== FACTS_FILE);
  return new Map(paths.sort().map((path) => [path, readFileSync(join(folder, path), 'utf8')]));
}

export function shippedFacts(): Facts {
  return JSON.parse(readFileSync(packed(join(FOLDER, FACTS_FILE)), 'utf8')) as Facts;
}
