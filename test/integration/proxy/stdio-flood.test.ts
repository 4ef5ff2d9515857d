import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ended, start, THROUGH_PROXY } from '../../support/proxy.js';

const MAX_MIB = 256;

/** Feeds a proxy. Returns its peak memory in MiB, and how many bytes come out of it. */
async function fed(server: string, chunks: Iterable<Buffer | string>) {
  const proxy = start([...THROUGH_PROXY, process.execPath, '-e', server]);
  const came = { stdout: 0, stderr: 0 };
  for (const name of ['stdout', 'stderr'] as const) {
    proxy[name].on('data', (chunk: Buffer) => {
      came[name] += chunk.length;
    });
  }
  const end = ended(proxy);
  for (const chunk of chunks) await new Promise((resolve) => proxy.stdin.write(chunk, resolve));
  // Measured before it is told to end, because afterwards it may exit at any moment.
  const peak = Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${proxy.pid}/status`, 'utf8'))?.[1]) / 1_024;
  proxy.stdin.end();
  expect(await end).toEqual({ code: 0, signal: null });
  return { ...came, peak };
}

function* times<T>(count: number, make: (i: number) => T): Generator<T> {
  for (let i = 0; i < count; i++) yield make(i);
}

const SWALLOWS = 'process.stdin.resume()';
const ECHOES = 'process.stdin.pipe(process.stdout)';

describe.runIf(process.platform === 'linux')('the stdio proxy stays small', () => {
  it.each([
    ['a line of 400 MB without an end', () => times(100, () => Buffer.alloc(4 << 20, 'x'))],
    [
      '100,000 requests without answers',
      () =>
        times(100, (i) =>
          Array.from(
            { length: 1_000 },
            (_, j) => `{"jsonrpc":"2.0","id":${i * 1_000 + j},"method":"ping"}\n`,
          ).join(''),
        ),
    ],
    [
      '100,000 requests of which only an answer would tell that they count',
      () =>
        times(100, (i) =>
          Array.from(
            { length: 1_000 },
            (_, j) => `{"jsonrpc":"2.0","id":"${i}.${j}","method":"ping","x":1}\n`,
          ).join(''),
        ),
    ],
    [
      'lines of NUL and halves of letters',
      () => times(50, () => Buffer.from(`"\ud83d\0\\ud83d\n`.repeat(2_000), 'utf16le')),
    ],
  ])('whatever a client sends: %s', async (_, chunks) => {
    expect((await fed(SWALLOWS, chunks())).peak).toBeLessThan(MAX_MIB);
  });

  it('and passes on 100,000 tiny messages', async () => {
    const message = '{"jsonrpc":"2.0","method":"notifications/x"}\n';
    const { stdout, peak } = await fed(
      ECHOES,
      times(100, () => message.repeat(1_000)),
    );
    expect(stdout).toBe(100_000 * message.length);
    expect(peak).toBeLessThan(MAX_MIB);
  });

  it('and passes on 64 MB that a server writes to its stderr', async () => {
    const server = `const b = 'e'.repeat(65535) + '\\n'; let i = 0;
      const more = () => { if (i++ < 1000) process.stderr.write(b, more); }; more(); ${SWALLOWS}`;
    const { stderr, peak } = await fed(server, ['\n']);
    expect(stderr).toBeGreaterThanOrEqual(65_536_000);
    expect(peak).toBeLessThan(MAX_MIB);
  });
});
