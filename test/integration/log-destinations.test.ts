import { type ChildProcess, execFileSync, type StdioOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

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

function start(
  stderr: 'pipe' | number,
  lines = MANY,
  more: Readonly<Record<string, string>> = {},
): ChildProcess {
  const stdio: StdioOptions = ['pipe', 'pipe', stderr];
  const env = { ...process.env, LINES: String(lines), ...more };
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
    start(full, MANY, { ALL_LOST: 'true' });
    closeSync(full);
    const { failed, dropped, longest } = await fared();
    // Each line once, and no more: a batch that was tried again counted twice.
    expect(failed + dropped).toBe(MANY);
    expect(failed).toBeGreaterThan(0);
    expect(longest).toBeLessThan(1_000);
    child.stdin?.end();
    expect(await once(child, 'exit')).toEqual([0, null]);
  });
});

describe.runIf(process.platform === 'linux')('a server that ends', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'pmcp-ends-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const LINES = '4000';
  /** How it ended, when nobody ends it. */
  async function ended(env: Record<string, string>, stderr: 'pipe' | number): Promise<unknown[]> {
    const stdio: StdioOptions = ['ignore', 'pipe', stderr];
    child = spawn(process.execPath, ['test/fixtures/logs-and-ends.mjs'], {
      stdio,
      env: { ...process.env, ...env },
    });
    const [exit, said] = await Promise.all([once(child, 'exit'), text(child.stdout as Readable)]);
    return [...exit, said.slice(0, 4)];
  }
  const pipe = () => {
    const path = join(folder, 'pipe');
    execFileSync('mkfifo', [path]);
    return path;
  };

  it.each(['', '/dev/stderr', '/dev/fd/2'])(
    'does end when nobody reads its stderr, and its log goes to it as "%s"',
    async (destination) => {
      // A socket, as Node makes them for its children; a pipe; and one that the process can only open anew.
      expect(await ended({ LINES, LOG_TO: destination }, 'pipe')).toEqual([0, null, 'done']);
      const unread = openSync(pipe(), constants.O_RDWR);
      expect(await ended({ LINES, LOG_TO: destination }, unread)).toEqual([0, null, 'done']);
      closeSync(unread);
    },
  );

  it('does end when nobody reads the named pipe that its log goes to, now or ever', async () => {
    const path = pipe();
    expect(await ended({ LINES, LOG_TO: path }, 'pipe')).toEqual([0, null, 'done']);
    const unread = openSync(path, constants.O_RDWR);
    expect(await ended({ LINES, LOG_TO: path }, unread)).toEqual([0, null, 'done']);
    closeSync(unread);
  });

  it('does end when nobody reads the spans on its stderr', async () => {
    const env = { CALLS: '500', OTEL_TRACES_EXPORTER: 'console' };
    expect(await ended(env, 'pipe')).toEqual([0, null, 'done']);
  });
});

describe('a server whose spans go to stderr', () => {
  it('survives a reader who goes', async () => {
    child = spawn(process.execPath, ['test/fixtures/logs-and-ends.mjs'], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        CALLS: '500',
        LINES: '200',
        OTEL_TRACES_EXPORTER: 'console',
        OTEL_BSP_SCHEDULE_DELAY: '10',
      },
    });
    child.stderr?.destroy();
    expect(await once(child, 'exit')).toEqual([0, null]);
  });
});

describe('the command line', () => {
  it('ends as it would have, also when the reader of its messages went', async () => {
    const cli = 'packages/observability/dist/cli.js';
    child = spawn(process.execPath, [cli, 'nonsense'], { stdio: ['ignore', 'ignore', 'pipe'] });
    child.stderr?.destroy();
    expect(await once(child, 'exit')).toEqual([2, null]);
  });
});
