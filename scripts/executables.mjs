/** Lets the programs of all packages be started in a clone, as npm does where it installs them. */
import { chmodSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const packages = join(import.meta.dirname, '../packages');
for (const name of readdirSync(packages)) {
  const description = join(packages, name, 'package.json');
  if (!existsSync(description)) continue;
  const { bin = {} } = JSON.parse(readFileSync(description, 'utf8'));
  for (const program of Object.values(bin)) chmodSync(join(packages, name, program), 0o755);
}
