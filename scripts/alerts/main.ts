/**
 * Writes the rules, the list of runbooks and the configuration of Alertmanager.
 * Options of your own need a folder of your own.
 *
 *     npm run build:alerts -- [--options options.json --out folder]
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { alertFiles, alertOutputs, type OutputOptions } from '../../alerts/files.js';
import { writeAll } from '../generate/write.js';

const root = join(import.meta.dirname, '../..');

try {
  const { values } = parseArgs({ options: { options: { type: 'string' }, out: { type: 'string' } } });
  for (const path of write(values)) process.stdout.write(`${path}\n`);
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 2;
}

function write({ options, out }: { options?: string; out?: string }): string[] {
  if (options === undefined && out === undefined) return writeAll(root, alertFiles);
  if (options === undefined || out === undefined) {
    throw new Error('Expected --options and --out together: what is committed comes from the defaults');
  }
  return writeAll(out, alertOutputs(read(options))).map((name) => join(out, name));
}

function read(file: string): OutputOptions {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as OutputOptions;
  } catch (error) {
    throw new Error(`Expected ${file} to hold options as JSON: ${(error as Error).message}`);
  }
}
