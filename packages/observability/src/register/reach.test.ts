import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { canReachSdk } from './reach.js';

const root = mkdtempSync(join(tmpdir(), 'pmcp-reach-'));
afterAll(() => rmSync(root, { recursive: true }));

const SDK = 'node_modules/@modelcontextprotocol/sdk';

function file(path: string): string {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), '');
  return join(root, path);
}

describe('a program can reach an SDK', () => {
  it.each([
    ['beside it', `a/${SDK}/x.js`, 'a/server.js'],
    ['above it', `b/${SDK}/x.js`, 'b/packages/one/dist/server.js'],
    ['as a program that npx installed', `c/${SDK}/x.js`, 'c/node_modules/server/dist/cli.js'],
    ['of a package that pnpm hides', `d/node_modules/.pnpm/${SDK}/x.js`, 'd/server.js'],
  ])('%s', (_, sdk, program) => {
    file(sdk);
    expect(canReachSdk(file(program))).toBe(true);
  });

  it('through a link, as the programs in .bin are', () => {
    file(`e/${SDK}/x.js`);
    symlinkSync(file('e/cli.js'), join(root, 'link'));
    expect(canReachSdk(join(root, 'link'))).toBe(true);
  });
});

describe('a program can reach no SDK', () => {
  it.each(['f/server.js', 'f/node_modules/npm/cli.js'])('%s', (program) => {
    expect(canReachSdk(file(program))).toBe(false);
  });

  it('if its file does not exist, or is not given, and its folder has none', () => {
    expect(canReachSdk(join(root, 'nowhere/x.js'))).toBe(false);
  });
});
