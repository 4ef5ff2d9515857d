import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { socketPath } from './socket-path.js';

const outside = tmpdir();
let folder: string;
let own: string;
beforeEach(() => {
  folder = mkdtempSync(join(outside, 'pmcp-socket-'));
  own = join(folder, `pmcp-observability-${process.getuid?.()}`);
  vi.stubEnv('TMPDIR', folder);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

describe.skipIf(process.platform === 'win32')('where the processes of a server find each other', () => {
  it('is a folder that only their user can enter', () => {
    expect(dirname(socketPath('127.0.0.1', 9_464) ?? '')).toBe(own);
    expect(statSync(own).mode & 0o777).toBe(0o700);
  });

  it('is closed to others again if it was opened', () => {
    mkdirSync(own);
    chmodSync(own, 0o777);
    expect(dirname(socketPath('127.0.0.1', 9_464) ?? '')).toBe(own);
    expect(statSync(own).mode & 0o777).toBe(0o700);
  });

  it.each([
    ['a link to a folder of another user', () => symlinkSync(mkdtempSync(join(folder, 'theirs-')), own)],
    ['a file', () => writeFileSync(own, '')],
  ])('is elsewhere if its name belongs to %s', (_, take) => {
    take();
    expect(socketPath('127.0.0.1', 9_464) ?? '').not.toContain(folder);
  });

  it('is different for each port and address', () => {
    const paths = [socketPath('127.0.0.1', 1), socketPath('127.0.0.1', 2), socketPath(undefined, 1)];
    expect(new Set(paths).size).toBe(3);
  });
});
