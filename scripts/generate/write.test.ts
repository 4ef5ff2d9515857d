import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeAll } from './write.js';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'generate-'));
});
afterEach(() => rmSync(root, { recursive: true }));

describe('writing generated files', () => {
  it('creates folders and replaces existing files', () => {
    writeFileSync(join(root, 'a'), 'a much longer text than the new one');
    expect(writeAll(root, { a: () => 'new', 'b/c/d': () => 'deep' })).toEqual(['a', 'b/c/d']);
    expect(readFileSync(join(root, 'a'), 'utf8')).toBe('new');
    expect(readFileSync(join(root, 'b/c/d'), 'utf8')).toBe('deep');
  });

  it('writes nothing when one file cannot be rendered', () => {
    const bad = () => {
      throw new TypeError('a bad option');
    };
    expect(() => writeAll(root, { a: () => 'new', b: bad })).toThrow('a bad option');
    expect(readdirSync(root)).toEqual([]);
  });

  it('leaves no draft behind when a file cannot be put in place', () => {
    mkdirSync(join(root, 'a/in-the-way'), { recursive: true });
    expect(() => writeAll(root, { a: () => 'new' })).toThrow();
    expect(readdirSync(root)).toEqual(['a']);
  });
});
