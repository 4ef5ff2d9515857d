import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../fixtures/temporary-folder.js';
import { ended, isRunning, start, THROUGH_PROXY } from '../../support/proxy.js';
import { until } from '../../support/until.js';

const node = (script: string) => [process.execPath, '-e', script];
const proxied = (server: readonly string[]) => start([...THROUGH_PROXY, ...server]);

/** Returns the output of a pipeline that begins with the proxied server. */
async function piped(server: readonly string[], tail: string): Promise<string> {
  const shell = start(['sh', '-c', `"$@" </dev/null ${tail}`, 'sh', ...THROUGH_PROXY, ...server]);
  let said = '';
  shell.stdout.on('data', (text) => {
    said += text;
  });
  await ended(shell);
  return said.trim();
}

const strays: number[] = [];
afterEach(() => {
  for (const pid of strays.splice(0)) if (isRunning(pid)) process.kill(pid, 'SIGKILL');
});

/** Starts a server behind the proxy that exits only at the second signal. */
async function startStubborn() {
  const proxy = proxied([process.execPath, 'test/fixtures/proxy/stubborn.mjs']);
  const lines = createInterface({ input: proxy.stdout })[Symbol.asyncIterator]();
  const next = async () => (await lines.next()).value as string;
  const pid = Number(await next());
  strays.push(pid);
  return { proxy, pid, next };
}

describe('a server behind the stdio proxy', () => {
  it.each([
    ['0', 'process.exit(0)'],
    ['7', 'process.exit(7)'],
    ['1, by an exception', 'throw new Error()'],
  ])('ends with its own exit code: %s', async (code, script) => {
    expect(await ended(proxied(node(script)))).toEqual({ code: Number.parseInt(code, 10), signal: null });
  });

  it.each(['SIGTERM', 'SIGKILL', 'SIGABRT'])('ends with the signal that killed it: %s', async (signal) => {
    expect(await ended(proxied(node(`process.kill(process.pid, '${signal}')`)))).toEqual({
      code: null,
      signal,
    });
  });

  it('ends with the signal that Node itself ignores', async () => {
    expect(await ended(proxied(['sh', '-c', 'kill -PIPE $$']))).toEqual({ code: null, signal: 'SIGPIPE' });
  });

  it.each([
    ['no-such-command', 127],
    ['./package.json', 126],
  ])('that cannot be started has the exit code of a shell: %s', async (command, code) => {
    const proxy = proxied([command]);
    const errors: string[] = [];
    proxy.stderr.on('data', (text) => errors.push(String(text)));
    expect(await ended(proxy)).toEqual({ code, signal: null });
    expect(errors.join('')).toMatch(
      new RegExp(`^pmcp-observability: can't start ${command}: .+ \\(PMCP_E_COMMAND_NOT_STARTED\\)\n$`),
    );
  });

  it('writes its stderr without the proxy', async () => {
    const proxy = proxied(node('process.stderr.write("\\u0000raw\\nhalf")'));
    const errors: Buffer[] = [];
    proxy.stderr.on('data', (bytes) => errors.push(bytes));
    await ended(proxy);
    expect(Buffer.concat(errors).toString()).toBe('\u0000raw\nhalf');
  });

  it('has all its last output passed on, however much it is', async () => {
    const proxy = proxied(node('process.stdout.write("x".repeat(5e6), () => process.exit(3))'));
    let came = 0;
    proxy.stdout.on('data', (chunk) => {
      came += chunk.length;
    });
    expect(await ended(proxy)).toEqual({ code: 3, signal: null });
    expect(came).toBe(5e6);
  });

  it('has all its last output passed on, however late it is read', async () => {
    const words = node('process.stdout.write("x".repeat(4e5), () => process.exit())');
    expect(await piped(words, '| (sleep 3; wc -c)')).toBe('400000');
  });

  it('may write stdout and stderr to the same pipe', async () => {
    const report = join(temporaryFolder('shared'), 'status');
    const script = `echo out; head -c 300000 /dev/zero >&2; echo $? >${report}`;
    expect(await piped(['sh', '-c', script], '2>&1 | (sleep 1; wc -c)')).toBe('300004');
    expect(readFileSync(report, 'utf8')).toBe('0\n');
  });

  it('does not keep the proxy alive when a process that it left behind holds its output open', async () => {
    const proxy = proxied(['sh', '-c', 'sleep 60 2>/dev/null & echo $!']);
    const pid = Number((await once(proxy.stdout, 'data'))[0]);
    strays.push(pid);
    expect(await ended(proxy)).toEqual({ code: 0, signal: null });
    expect(isRunning(pid)).toBe(true);
  });

  it('gets each signal once, and decides itself when to exit', async () => {
    const { proxy, next } = await startStubborn();
    const end = ended(proxy);
    const others = ['SIGALRM', 'SIGVTALRM', 'SIGXCPU', 'SIGIO', 'SIGTSTP', 'SIGCONT'] as const;
    for (const signal of ['SIGINT', 'SIGHUP', 'SIGUSR2', ...others, 'SIGTERM'] as const) {
      proxy.kill(signal);
      expect(await next()).toBe(signal);
    }
    proxy.stdin.end();
    proxy.kill('SIGTERM');
    expect(await end).toEqual({ code: 42, signal: null });
  });

  it('is killed with the proxy, together with all its child processes', async () => {
    const { proxy, pid } = await startStubborn();
    proxy.kill('SIGKILL');
    await until(() => !isRunning(pid));
  });

  it('is killed when its client kills the proxy after asking in vain', async () => {
    const { proxy, pid } = await startStubborn();
    const end = ended(proxy);
    proxy.stdin.end();
    proxy.kill('SIGTERM');
    proxy.kill('SIGKILL');
    expect(await end).toEqual({ code: null, signal: 'SIGKILL' });
    await until(() => !isRunning(pid));
  });

  it('sees its input end, and its output close, as its client does it', async () => {
    const proxy = proxied(
      node(`process.stdin.resume().on('end', () => process.stderr.write('input ended\\n'));
        process.stdout.on('error', ({ code }) => { process.stderr.write(code + '\\n'); process.exit(5); });
        setInterval(() => process.stdout.write('x\\n'), 1);`),
    );
    const errors = createInterface({ input: proxy.stderr })[Symbol.asyncIterator]();
    await once(proxy.stdout, 'data');
    proxy.stdin.end();
    expect((await errors.next()).value).toBe('input ended');
    proxy.stdout.destroy();
    expect((await errors.next()).value).toBe('EPIPE');
    expect(await once(proxy, 'exit')).toEqual([5, null]);
  });

  it('leaves nothing behind when client, proxy or server is killed under load', async () => {
    const echo = `process.stdout.write(process.pid + '\\n'); process.stdin.pipe(process.stdout)`;
    for (let round = 0; round < 12; round++) {
      const proxy = proxied(node(echo));
      proxy.stdin.on('error', () => {});
      const end = ended(proxy);
      const pid = Number(String((await once(proxy.stdout, 'data'))[0]).split('\n')[0]);
      strays.push(pid);
      proxy.stdout.resume();
      const load = setInterval(
        () => proxy.stdin.write('{"jsonrpc":"2.0","id":1,"method":"ping"}\n'.repeat(500)),
        1,
      );
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 20));
      if (round % 3 === 0) proxy.kill('SIGKILL');
      else if (round % 3 === 1) process.kill(pid, 'SIGKILL');
      else {
        // The death of a client closes both pipes.
        clearInterval(load);
        proxy.stdin.destroy();
        proxy.stdout.destroy();
      }
      await end;
      clearInterval(load);
      await until(() => !isRunning(pid));
    }
  });
});
