import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../fixtures/temporary-folder.js';

const directory = join(temporaryFolder('signalled'), 'profiles');
let server: ChildProcess;
let lines: Interface;
/** All lines, because several may come in one chunk. */
const said: string[] = [];

beforeAll(async () => {
  server = fork('test/fixtures/signalled.mjs', {
    env: { ...process.env, DIRECTORY: directory },
    silent: true,
  });
  lines = createInterface(server.stderr!).on('line', (line) => said.push(line));
  await once(server, 'message');
});

afterAll(() => {
  server.kill('SIGKILL');
});

/** Waits for the next line with this text. */
async function says(text: string): Promise<string> {
  for (let next = said.length; ; next++) {
    while (next >= said.length) await once(lines, 'line');
    if (said[next]!.includes(text)) return said[next]!;
  }
}

async function signalled(): Promise<void> {
  const written = says('profiles written');
  server.kill('SIGUSR2');
  await written;
}

describe('SIGUSR2', () => {
  it('writes a CPU profile and a heap profile, readable only for their owner', async () => {
    await signalled();
    const files = readdirSync(directory);
    expect(files.map((file) => file.split('.')[1]).sort()).toEqual(['cpuprofile', 'heapprofile']);
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    for (const file of files) expect(statSync(join(directory, file)).mode & 0o777).toBe(0o600);
    const profile = readFileSync(
      join(directory, files.find((file) => file.endsWith('.cpuprofile'))!),
      'utf8',
    );
    expect(profile).toContain('"burnTheProcessor"');
  });

  it('keeps only the newest files up to its limit, and never deletes foreign files', async () => {
    writeFileSync(join(directory, 'a-note.cpuprofile'), '');
    const first = readdirSync(directory);
    await signalled();
    await signalled();
    const files = readdirSync(directory).filter((file) => file.startsWith('pmcp-'));
    expect(files).toHaveLength(4);
    expect(first.filter((file) => files.includes(file))).toEqual([]);
    expect(readdirSync(directory)).toContain('a-note.cpuprofile');
  });

  it('takes one profile at a time', async () => {
    const refused = says('PMCP_W_PROFILE_NOT_WRITTEN');
    const written = says('profiles written');
    // A busy machine may deliver a second signal after the second that a profile takes.
    const signals = setInterval(() => server.kill('SIGUSR2'), 50);
    expect(await refused).toContain('is being taken already');
    clearInterval(signals);
    await written;
  });
});

describe('a server without a folder for profiles', () => {
  it('leaves SIGUSR2 to the application', async () => {
    const { createObservability } = await import('@pmcp/observability');
    const before = process.listenerCount('SIGUSR2');
    const toolkit = createObservability({ metrics: { port: 0 }, shutdown: { onSigterm: false } });
    await toolkit.listen();
    expect(process.listenerCount('SIGUSR2')).toBe(before);
    await toolkit.shutdown();
  });

  it('has no listener left after the shutdown of a toolkit that had one', async () => {
    const { createObservability } = await import('@pmcp/observability');
    const before = process.listenerCount('SIGUSR2');
    const toolkit = createObservability({
      metrics: { port: 0 },
      shutdown: { onSigterm: false },
      profiling: { directory },
    });
    await toolkit.listen();
    expect(process.listenerCount('SIGUSR2')).toBe(before + 1);
    await toolkit.shutdown();
    expect(process.listenerCount('SIGUSR2')).toBe(before);
  });
});
