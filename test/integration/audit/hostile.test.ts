import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { createObservability } from '@pmcp/observability';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { heldMs } from '../../support/measured.js';

const exec = promisify(execFile);
const CLI = 'packages/observability/dist/cli.js';

let folder: string;
let file: string;
let tests = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'audit-hostile-'));
});
beforeEach(() => {
  file = join(folder, `${++tests}.jsonl`);
});
afterAll(() => rm(folder, { recursive: true }));

interface Wire {
  start(): Promise<void>;
  close(): Promise<void>;
  send(message: object): Promise<void>;
  onmessage?: (message: object) => void;
}

/** Starts a server that answers every request, and a client that sends requests. */
async function asking(destination: string, more: object = {}) {
  const toolkit = createObservability({
    metrics: { port: false, runtime: false },
    shutdown: { onSigterm: false },
    log: { level: 'silent' },
    audit: { destination, ...more },
  });
  const wire = { start: async () => {}, close: async () => {}, send: async (_: object) => {} } as Wire;
  const connect = (to: Wire) => {
    to.onmessage = (message) => void to.send({ id: Reflect.get(message, 'id'), result: {} });
    return to.start();
  };
  await toolkit.observe({ connect }).connect(wire);
  let id = 0;
  const call = (name: string) =>
    wire.onmessage?.({ jsonrpc: '2.0', id: ++id, method: 'tools/call', params: { name } });
  const lost = async () => {
    const line = /signal="audit",reason="export_failed"} (\d+)/.exec(await toolkit.registry.metrics());
    return Number(line?.[1] ?? 0);
  };
  return { toolkit, call, lost };
}

async function verify(...files: string[]): Promise<string> {
  return exec(process.execPath, [CLI, 'audit', 'verify', ...files]).then(
    ({ stdout }) => stdout,
    ({ stdout, stderr }) => stdout + stderr,
  );
}

const rotated = async () => {
  const names = (await readdir(folder)).filter((name) => name.startsWith(`${tests}.jsonl.0`));
  return names.sort().map((name) => join(folder, name));
};

describe('an audit log with the destination', () => {
  it('of a pipe without a reader counts lost records, and blocks no call', async () => {
    await exec('mkfifo', [file]);
    const { toolkit, call, lost } = await asking(file);
    for (let i = 0; i < 2_000; i++) call('a'.repeat(400));
    expect(await lost()).toBe(2_000);
    await toolkit.shutdown();
  });

  it.each(['/dev/stdout'])(
    'of standard output, which carries the protocol, writes nothing there: %s',
    async (destination) => {
      for (const stdout of ['pipe', 'file'] as const) {
        const child = spawn(
          'sh',
          ['-c', `node test/fixtures/stdio-server.mjs ${stdout === 'file' ? `> ${file}` : ''}`],
          {
            env: { ...process.env, PMCP_AUDIT: destination, PMCP_METRICS_PORT: 'off' },
          },
        );
        const written = text(child.stdout);
        const initialize = {
          jsonrpc: '2.0',
          id: 1,
          method: 'initialize',
          params: {
            protocolVersion: '2025-06-18',
            capabilities: {},
            clientInfo: { name: 'a', version: '1' },
          },
        };
        const called = {
          jsonrpc: '2.0',
          id: 2,
          method: 'tools/call',
          params: { name: 'hello', arguments: {} },
        };
        child.stdin.write(
          `${JSON.stringify(initialize)}\n{"jsonrpc":"2.0","method":"notifications/initialized"}\n`,
        );
        child.stdin.end(`${JSON.stringify(called)}\n`);
        await once(child, 'close');
        const lines = (stdout === 'file' ? await readFile(file, 'utf8') : await written).trim().split('\n');
        expect(lines.map((line) => JSON.parse(line).jsonrpc)).toEqual(lines.map(() => '2.0'));
      }
    },
  );

  it('of a folder, a foreign file or a full device counts lost records', async () => {
    for (const destination of [folder, '/proc/version', '/dev/full']) {
      const { toolkit, call, lost } = await asking(destination);
      call('a');
      call('b');
      expect(await lost(), destination).toBe(2);
      await toolkit.shutdown();
    }
  });
});

describe('an audit log whose path is a link', () => {
  it.each<[string, () => string]>([
    ['a device', () => '/dev/full'],
    ['a folder', () => folder],
    ['nothing, in a folder that is not there', () => join(folder, 'missing', 'x')],
    ['itself', () => file],
  ])('to %s counts lost records', async (_, target) => {
    await symlink(target(), file);
    const { toolkit, call, lost } = await asking(file);
    call('a');
    expect(await lost()).toBe(1);
    await toolkit.shutdown();
  });

  it('to a file keeps its records there, readable only for their owner', async () => {
    const target = `${file}.real`;
    await symlink(target, file);
    const { toolkit, call, lost } = await asking(file);
    call('a');
    expect(await lost()).toBe(0);
    await toolkit.shutdown();
    expect((await stat(target)).mode & 0o777).toBe(0o600);
    expect(await readFile(target, 'utf8')).toContain('"a"');
  });
});

describe('names in an audit log', () => {
  it('never add a line, whatever characters they contain, and are truncated', async () => {
    const names = [
      'a\n{"seq":9,"kind":"call"}\r\n',
      '\u001b[2J\u001b]0;owned\u0007',
      '\u0000\u0085\u009b2J\u2028\u2029\ud800x',
      'x'.repeat(10_000_000),
      '__proto__',
      'password=hunter2hunter2',
    ];
    const { toolkit, call } = await asking(file);
    const held = heldMs(() => {
      for (const name of names) call(name);
    });
    expect(held).toBeLessThan(2_000);
    await toolkit.shutdown();
    const written = await readFile(file, 'utf8');
    const records = written
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(records.map(({ kind }) => kind)).toEqual(['start', ...names.map(() => 'call'), 'end']);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are looked for
    expect(written).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029]/);
    expect(written).not.toContain('hunter2');
    expect(written.length).toBeLessThan(10_000);
    expect(await verify(file)).toContain('intact');
  });

  it('are readable only for the owner of the file', async () => {
    const { toolkit, call } = await asking(file);
    call('a');
    await toolkit.shutdown();
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });
});

describe('an audit log that begins a new file', () => {
  const fill = async (calls: number) => {
    const { toolkit, call } = await asking(file, { maxBytes: 10_000 });
    for (let i = 0; i < calls; i++) call('a'.repeat(400));
    await toolkit.shutdown();
  };

  it('continues its numbers if it was killed between the old file and the new one', async () => {
    await fill(60);
    const last = await rotated();
    // The state after a kill just after the file was renamed.
    const [end] = (await readFile(file, 'utf8')).trimEnd().split('\n').slice(-1);
    const seq = String(JSON.parse(end!).seq).padStart(12, '0');
    await rename(file, `${file}.${seq}`);
    await fill(5);
    expect(await verify(...last, `${file}.${seq}`, file)).toMatch(/^intact: \d+ records, 1 to/);
  });

  it('never overwrites an existing file', async () => {
    const names = Array.from({ length: 100 }, (_, i) => `${file}.${String(i).padStart(12, '0')}`);
    await Promise.all(names.map((name) => writeFile(name, 'evidence')));
    await fill(80);
    for (const name of names) expect(await readFile(name, 'utf8')).toBe('evidence');
  });
});
