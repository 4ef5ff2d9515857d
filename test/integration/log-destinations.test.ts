import { type ChildProcess, execFileSync, type StdioOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

interface Fared {
  /** Milliseconds of processor time for one line. Who waits for a reader that does not read never ends. */
  readonly longest: number;
  readonly seconds: number;
  /** How many lines found no room or could not be written. */
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
  it('loses no line while its log is read', async () => {
    // All of these may wait, however late the reader reads them.
    const lines = 10_000;
    start('pipe', lines);
    const written = text(child.stderr as Readable);
    const { dropped, failed } = await fared();
    child.stdin?.end();
    const came = (await written).trimEnd().split('\n');
    expect([dropped, failed, came.length]).toEqual([0, 0, lines]);
    expect(JSON.parse(came.at(-1) ?? '')).toMatchObject({ i: lines - 1, msg: 'a line' });
  });

  it('is not blocked by a reader that does not read: it keeps a bounded part and counts the rest', async () => {
    start('pipe');
    const { longest, dropped, rss } = await fared();
    expect(longest).toBeLessThan(1_000);
    // The pipe and our buffer of four megabytes hold some.
    expect(dropped).toBeGreaterThan(1_000);
    expect(rss).toBeLessThan(300e6);
  });

  it('survives a reader that exits', async () => {
    start('pipe');
    child.stderr?.destroy();
    expect((await fared()).longest).toBeLessThan(1_000);
    child.stdin?.end();
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  it.runIf(process.platform === 'linux')('survives a full disk', async () => {
    const full = openSync('/dev/full', 'w');
    start(full, MANY, { ALL_LOST: 'true' });
    closeSync(full);
    const { failed, dropped, longest } = await fared();
    // Counts each line exactly once: a batch that was retried used to count twice.
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
  /** Returns how it ended by itself. */
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
    'exits although nobody reads its stderr, with "%s" as the log destination',
    async (destination) => {
      // A socket, which Node makes for its children; a pipe; and a pipe that the process can only open again.
      expect(await ended({ LINES, LOG_TO: destination }, 'pipe')).toEqual([0, null, 'done']);
      const unread = openSync(pipe(), constants.O_RDWR);
      expect(await ended({ LINES, LOG_TO: destination }, unread)).toEqual([0, null, 'done']);
      closeSync(unread);
    },
  );

  it('exits although nobody ever reads the named pipe of its log', async () => {
    const path = pipe();
    expect(await ended({ LINES, LOG_TO: path }, 'pipe')).toEqual([0, null, 'done']);
    const unread = openSync(path, constants.O_RDWR);
    expect(await ended({ LINES, LOG_TO: path }, unread)).toEqual([0, null, 'done']);
    closeSync(unread);
  });

  it('exits although nobody reads the spans on its stderr', async () => {
    const env = { CALLS: '500', OTEL_TRACES_EXPORTER: 'console' };
    expect(await ended(env, 'pipe')).toEqual([0, null, 'done']);
  });
});

describe('a server whose spans go to stderr', () => {
  it('survives a reader that exits', async () => {
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
  it('ends normally although the reader of its messages has exited', async () => {
    const cli = 'packages/observability/dist/cli.js';
    child = spawn(process.execPath, [cli, 'nonsense'], { stdio: ['ignore', 'ignore', 'pipe'] });
    child.stderr?.destroy();
    expect(await once(child, 'exit')).toEqual([2, null]);
  });
});
