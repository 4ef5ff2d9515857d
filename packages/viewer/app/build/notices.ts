import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Plugin } from 'vite';

interface Package {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
}

const LICENCE = /^(licen[cs]e|copying|notice)/i;

/** Writes beside the bundle which packages are in it, and under which terms. */
export function notices(): Plugin {
  return {
    name: 'notices',
    generateBundle(_, bundle) {
      const folders = new Set<string>();
      for (const file of Object.values(bundle)) {
        const ids = file.type === 'chunk' ? Object.keys(file.modules) : file.originalFileNames;
        for (const id of ids) {
          const folder = packageOf(id);
          if (folder !== undefined) folders.add(folder);
        }
      }
      const texts = [...folders].map(notice).sort((a, b) => (a < b ? -1 : 1));
      const source = `Parts of this page come from these packages.\n\n${texts.join('\n')}`;
      this.emitFile({ type: 'asset', fileName: 'NOTICES.txt', source });
    },
  };
}

/** The folder of the package that a module is from; undefined for our own. */
function packageOf(id: string): string | undefined {
  const path = id.replace(/^\0/, '').replace(/\?.*$/, '');
  if (!path.includes('node_modules')) return undefined;
  const root = path.startsWith('/') ? path : join(import.meta.dirname, '..', path);
  for (let folder = dirname(root); folder !== dirname(folder); folder = dirname(folder)) {
    const file = join(folder, 'package.json');
    // Folders inside a package may have one that only says which kind of modules they hold.
    if (existsSync(file) && (JSON.parse(readFileSync(file, 'utf8')) as Partial<Package>).version)
      return folder;
  }
  return undefined;
}

function notice(folder: string): string {
  const { name, version, license } = JSON.parse(
    readFileSync(join(folder, 'package.json'), 'utf8'),
  ) as Package;
  const texts = readdirSync(folder)
    .filter((file) => LICENCE.test(file) && !file.endsWith('.d.ts'))
    .sort()
    .map((file) => readFileSync(join(folder, file), 'utf8').replaceAll('\r\n', '\n').trim());
  return [`${'-'.repeat(80)}\n${name} ${version} (${license ?? 'see below'})\n`, ...texts, ''].join('\n');
}
