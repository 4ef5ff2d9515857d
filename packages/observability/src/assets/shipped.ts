import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const FOLDER = fileURLToPath(new URL('../../assets', import.meta.url));

/** Where the links of alerts lead in what ships. */
export interface Links {
  readonly runbookUrl: string;
  readonly dashboardUrl: string;
}

/** Not for users: what the texts have that others may be put in place of. */
const LINKS_FILE = 'links.json';

/** The files that ship with the package, by path. */
export function shippedFiles(): Map<string, string> {
  const paths = readdirSync(FOLDER, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => relative(FOLDER, join(parentPath, name)))
    .filter((path) => path !== LINKS_FILE);
  return new Map(paths.sort().map((path) => [path, readFileSync(join(FOLDER, path), 'utf8')]));
}

export function shippedLinks(): Links {
  return JSON.parse(readFileSync(join(FOLDER, LINKS_FILE), 'utf8')) as Links;
}
