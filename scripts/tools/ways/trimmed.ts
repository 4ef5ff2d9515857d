import { chmod, cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../run.js';

/** A module whose sources lose what nothing of ours needs, because it would take most of the build time. */
export interface Trimming {
  readonly module: string;
  readonly trim: (source: string) => Promise<void>;
}

/**
 * Copies a module that the one in `folder` needs, takes out of it what is not needed, and returns the flag with which Go builds
 * from the copy. Go has compared the original with `go.sum`.
 */
export async function trimmed({ module, trim }: Trimming, folder: string, scratch: string): Promise<string> {
  await run('go', ['mod', 'download', module], { cwd: folder });
  const from = (await run('go', ['list', '-m', '-f', '{{.Dir}}', module], { cwd: folder })).trim();
  const source = join(scratch, 'source');
  await cp(from, source, { recursive: true });
  // The cache of Go is read-only.
  for (const entry of await readdir(source, { recursive: true, withFileTypes: true })) {
    await chmod(join(entry.parentPath, entry.name), entry.isDirectory() ? 0o755 : 0o644);
  }
  await chmod(source, 0o755);
  await trim(source);
  const own = await readFile(join(folder, 'go.mod'), 'utf8');
  await writeFile(join(scratch, 'go.mod'), `${own}\nreplace ${module} => ${source}\n`);
  await cp(join(folder, 'go.sum'), join(scratch, 'go.sum'));
  return `-modfile=${join(scratch, 'go.mod')}`;
}

const SCALERS = 'pkg/scalers';
const CHOICE = 'pkg/scaling/scalers_builder.go';
/** What our triggers need, and what the other code needs to be built: a constant of all of them is in one for a cloud. */
const KEPT = ['prometheus', 'cpu_memory', 'external', 'external_mock', 'azure_queue'].map(
  (name) => `${name}_scaler.go`,
);

/** Takes the scalers for the databases, queues and clouds out of KEDA. All else stays as it is. */
export async function withoutScalers(source: string): Promise<void> {
  const folder = join(source, SCALERS);
  const files = (await readdir(folder)).filter((name) => name.endsWith('.go'));
  const isGone = (name: string) =>
    name.endsWith('_test.go') || (name.endsWith('_scaler.go') && !KEPT.includes(name));
  for (const name of files.filter(isGone)) await rm(join(folder, name));
  const kept = await Promise.all(KEPT.map((name) => readFile(join(folder, name), 'utf8')));
  const choice = join(source, CHOICE);
  const cases = /\tcase "[^\n]*:\n\t\treturn scalers\.(\w+)\([^\n]*\n/g;
  const text = (await readFile(choice, 'utf8')).replaceAll(cases, (whole, name: string) =>
    kept.some((code) => code.includes(`func ${name}(`)) ? whole : '',
  );
  await writeFile(choice, text);
}
