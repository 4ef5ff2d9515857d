/**
 * Writes the doctor as one file: its several hundred modules are a fifth larger when packed, and load slower.
 * TypeScript writes only its declarations.
 */
import { join } from 'node:path';
import { build } from 'esbuild';

const folder = join(import.meta.dirname, '../packages/doctor');
await build({
  entryPoints: ['index', 'cli'].map((name) => join(folder, `src/${name}.ts`)),
  outdir: join(folder, 'dist'),
  bundle: true,
  packages: 'external',
  platform: 'node',
  format: 'esm',
  target: 'node20',
});
