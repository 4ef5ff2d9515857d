import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { generatedFiles } from './files.js';

const root = join(import.meta.dirname, '../..');

describe('generated files', () => {
  it.each(Object.entries(generatedFiles))('%s is what `npm run generate` writes', (path, render) => {
    expect(readFileSync(join(root, path), 'utf8')).toBe(render());
  });
});
