import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';

interface Fared {
  readonly longest: number;
  readonly seconds: number;
  /** Lines for which there was no room, and lines that could not be written. */
  readonly dropped: number;
  readonly failed: number;
  readonly rss: number;
}

let child: ChildProcess;
afterEach(() => void child.kill('SIGKILL'));

/** More than may wait: 6 MB of lines. */
const MANY = 20_000;

function start(stderr: 'pipe' | number, lines = MANY): ChildProcess {
  const stdio: StdioOptions = ['pipe', 'pipe', stderr];
  const env = { ...process.env, LINES: String(lines) };
  child = spawn(process.execPath, ['test/fixtures/logs-a-lot.mjs'], { stdio, env });
  return child;
}

async function fared(): Promise<Fared> {
  const [said] = await once(child.stdout as Readable, 'data');
  return JSON.parse(String(said)) as Fared;
}

describe('a server that logs a lot', () => {
  it('loses nothing to a reader who reads', async () => {
    // All of it may wait, however late the reader comes to it.
    const lines = 10_000;
    start('pipe', lines);
    const written = text(child.stderr as Readable);
    const { dropped, failed } = await fared();
    child.stdin?.end();
    const came = (await written).trimEnd().split('\n');
    expect([dropped, failed, came.length]).toEqual([0, 0, lines]);
    expect(JSON.parse(came.at(-1) ?? '')).toMatchObject({ i: lines - 1, msg: 'a line' });
  });

  it('is not held up by a reader who does not, keeps a bounded part and counts the rest', async () => {
    start('pipe');
    const { longest, dropped, rss } = await fared();
    expect(longest).toBeLessThan(1_000);
    // The pipe and four megabytes of ours hold some.
    expect(dropped).toBeGreaterThan(1_000);
    expect(rss).toBeLessThan(300e6);
  });

  it('survives a reader who goes', async () => {
    start('pipe');
    child.stderr?.destroy();
    expect((await fared()).longest).toBeLessThan(1_000);
    child.stdin?.end();
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  it.runIf(process.platform === 'linux')('survives a disk that is full', async () => {
    const full = openSync('/dev/full', 'w');
    start(full);
    closeSync(full);
    const { failed } = await fared();
    expect(failed).toBeGreaterThan(0);
    child.stdin?.end();
    expect(await once(child, 'exit')).toEqual([0, null]);
  });
});
