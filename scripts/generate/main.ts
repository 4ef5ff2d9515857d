/**
 * Writes all generated files, or only those in the given folder.
 * They are committed, and a test fails if one is stale.
 */
import { join } from 'node:path';
import { generatedFiles } from './files.js';
import { writeAll } from './write.js';

const root = join(import.meta.dirname, '../..');
const folder = process.argv[2] ?? '';

const wanted = Object.entries(generatedFiles).filter(([path]) => path.startsWith(folder));
for (const path of writeAll(root, Object.fromEntries(wanted))) process.stdout.write(`${path}\n`);
