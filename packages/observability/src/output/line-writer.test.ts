import { execFileSync } from 'node:child_process';
import { constants, mkdtempSync, openSync, readFileSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type File, fileAt } from './file.js';
import { LineWriter } from './line-writer.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pmcp-lines-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function writerTo(file: File) {
  const lost: Record<string, number> = {};
  const writer = new LineWriter(file, (reason, count) => {
    lost[reason] = (lost[reason] ?? 0) + count;
  });
  return { writer, lost };
}

function numbered(from: number, count: number): string[] {
  return Array.from(
    { length: count },
    (_, i) => `${JSON.stringify({ i: from + i, text: 'x'.repeat(100) })}\n`,
  );
}

const idle = async (writer: LineWriter) => {
  while (!writer.isIdle) await delay(5);
};

describe.runIf(process.platform === 'linux')('lines on a full disk that has room again', () => {
  /** Acts as a full disk: a pipe without a reader, with the errors of a disk. */
  function smallDisk() {
    const path = join(folder, 'pipe');
    execFileSync('mkfifo', [path]);
    const fd = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
    let came = '';
    const buffer = Buffer.alloc(1 << 20);
    const empty = () => {
      try {
        for (;;) came += buffer.toString('utf8', 0, readSync(fd, buffer));
      } catch {
        // There is no more.
      }
      return came;
    };
    return { fd, empty };
  }

  it('are counted once each, and none is broken', () => {
    const { fd, empty } = smallDisk();
    const { writer, lost } = writerTo({ open: () => ({ fd, isDisk: false }), close: () => {} });
    let written = 0;
    for (let round = 0; round < 4; round++) {
      for (const line of numbered(written, 1_000)) writer.write(line);
      written += 1_000;
      // The last moments of a process: lines that are not written within a second are lost.
      writer.flushSync();
      empty();
    }
    writer.write('{"i":"last"}\n');
    writer.flushSync();
    const lines = empty().split('\n');
    expect(lines.pop()).toBe('');
    const read = lines.map((line) => JSON.parse(line) as { i: unknown });
    expect(read.at(-1)).toEqual({ i: 'last' });
    expect(read.length + (lost.export_failed ?? 0)).toBe(written + 1);
    expect(lost.export_failed).toBeGreaterThan(0);
  });

  it('are counted once each if the system reports it while the process runs', async () => {
    const { writer, lost } = writerTo(fileAt('/dev/full'));
    for (let round = 0; round < 3; round++) {
      for (const line of numbered(0, 1_070)) writer.write(line);
      await idle(writer);
    }
    writer.close();
    expect(lost).toEqual({ export_failed: 3_210 });
  });
});

describe('lines', () => {
  it('arrive completely and in order, however many there are and whenever they are flushed', async () => {
    const path = join(folder, 'deep/notes.log');
    const { writer, lost } = writerTo(fileAt(path));
    const lines = numbered(0, 20_000);
    for (const [i, line] of lines.entries()) {
      writer.write(line);
      if (i % 700 === 0) await delay(1);
    }
    await idle(writer);
    writer.write('{"i":"last"}\n');
    writer.close();
    expect(readFileSync(path, 'utf8')).toBe(`${lines.join('')}{"i":"last"}\n`);
    expect(lost).toEqual({});
  });

  it('that come after the file was closed open it again', async () => {
    const path = join(folder, 'notes.log');
    const { writer } = writerTo(fileAt(path));
    writer.write('one\n');
    writer.close();
    writer.write('two\n');
    await idle(writer);
    writer.close();
    expect(readFileSync(path, 'utf8')).toBe('one\ntwo\n');
  });

  it('leave no listener behind once they are written', async () => {
    const before = process.listenerCount('exit');
    const writers = Array.from({ length: 20 }, (_, i) => writerTo(fileAt(join(folder, `${i}.log`))).writer);
    for (const writer of writers) writer.write('a line\n');
    expect(process.listenerCount('exit')).toBe(before + 1);
    await Promise.all(writers.map(idle));
    expect(process.listenerCount('exit')).toBe(before);
    for (const writer of writers) writer.close();
  });

  it.runIf(process.platform === 'linux')('wait in a named pipe without a reader, up to a limit', async () => {
    const path = join(folder, 'pipe');
    execFileSync('mkfifo', [path]);
    const { writer, lost } = writerTo(fileAt(path));
    for (const line of numbered(0, 100_000)) writer.write(line);
    const start = performance.now();
    writer.close();
    expect(performance.now() - start).toBeLessThan(5_000);
    expect(lost.queue_full).toBeGreaterThan(10_000);
    expect(lost.export_failed).toBeGreaterThan(10_000);
  });
});
