/**
 * Copies the declarations for whoever compiles to CommonJS. Node loads the same ES modules by `require`; TypeScript's
 * `module: node16` refuses to, unless the declarations say that they are of CommonJS. Runs before the package is packed.
 */
import { cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const dist = join(import.meta.dirname, '../../packages/observability/dist');
const target = join(dist, 'commonjs');

rmSync(target, { recursive: true, force: true });
const declarations = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter((file) =>
  file.endsWith('.d.ts'),
);
mkdirSync(target);
for (const file of declarations) cpSync(join(dist, file), join(target, file));
writeFileSync(join(target, 'package.json'), '{ "type": "commonjs" }\n');
