import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../fixtures/temporary-folder.js';
import { RawClient } from '../../support/raw-http.js';
import { until } from '../../support/until.js';

const TOKEN = 'a-token-of-many-letters';
const headers = { authorization: `Bearer ${TOKEN}` };
const KINDS = ['profile', 'heap', 'trace', 'heapsnapshot'];
let server: ChildProcess;
let origin: string;

// A process of its own, whose memory and time are its own.
beforeAll(async () => {
  const tokenFile = join(temporaryFolder('profiles-attacked'), 'token');
  await writeFile(tokenFile, TOKEN);
  server = spawn(process.execPath, ['test/fixtures/snapshots.mjs'], {
    env: { ...process.env, TOKEN_FILE: tokenFile },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [port] = await once(createInterface(server.stdout!), 'line');
  origin = `http://127.0.0.1:${port}`;
});

afterAll(() => {
  server.kill('SIGKILL');
});

const asked = (path: string, options: RequestInit = { headers }) =>
  fetch(`${origin}/debug/pprof/${path}`, options);
const head = (path: string, lines: readonly string[]) =>
  [`GET /debug/pprof/${path} HTTP/1.1`, 'Host: 127.0.0.1', ...lines, '', ''].join('\r\n');
const authorized = [`Authorization: ${headers.authorization}`];

/** Asks until no other profile is taken, which the end of a client's connection decides. */
async function taken(path: string): Promise<Response> {
  let response: Response;
  do {
    response = await asked(path);
    if (response.status === 409) await response.text();
  } while (response.status === 409);
  return response;
}

/** The milliseconds of processor time that the process has used. */
const worked = () => {
  const fields = readFileSync(`/proc/${server.pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
};
const memory = () =>
  Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${server.pid}/status`, 'utf8'))?.[1]) / 1024;

describe('profiles under attack', () => {
  it('are for nobody who has no credentials or wrong ones, and cost them no profile', async () => {
    await (await taken('profile?seconds=0.01')).arrayBuffer();
    const before = worked();
    const statuses = new Set<number>();
    for (let i = 0; i < 50; i++) {
      const wrong = { headers: { authorization: `Bearer ${'x'.repeat(i)}` } };
      const answers = KINDS.flatMap((kind) => [asked(`${kind}?seconds=60`, {}), asked(kind, wrong)]);
      for (const { status } of await Promise.all(answers)) statuses.add(status);
    }
    // 429 for those who guess too often; the one who has the credentials has shown them before.
    expect([...statuses].filter((status) => status !== 401 && status !== 429)).toEqual([]);
    expect(worked() - before).toBeLessThan(2_000);
    expect((await taken('profile?seconds=0.01')).status).toBe(200);
  });

  it.each([
    '61',
    '1e9',
    'Infinity',
    'NaN',
    '-1',
    '0',
    '1e-999',
    '',
    '60.0001',
    '9'.repeat(400),
    '1,2',
    '%00',
  ])('take no longer than a minute: seconds=%j', async (seconds) => {
    for (const kind of ['profile', 'heap', 'trace'])
      expect((await asked(`${kind}?seconds=${seconds}`)).status).toBe(400);
  });

  it('are taken one at a time, of whatever kind, when two hundred ask at once', async () => {
    const leave = new AbortController();
    const first = asked('profile?seconds=60', { headers, signal: leave.signal });
    await until(async () => (await asked('profile?seconds=0.001')).status === 409);
    const before = worked();
    const others = Array.from({ length: 200 }, (_, i) => asked(`${KINDS[i % KINDS.length]}`));
    for (const { status } of await Promise.all(others)) expect(status).toBe(409);
    expect(worked() - before).toBeLessThan(2_000);
    leave.abort();
    await expect(first).rejects.toThrow();
  });

  it('end with their clients, however many come and go', async () => {
    for (let i = 0; i < 60; i++) {
      const client = new RawClient(origin).write(head(`${KINDS[i % 3]}?seconds=60`, authorized));
      if (i % 2 === 0) await new Promise(setImmediate);
      client.socket.destroy();
    }
    expect((await taken('profile?seconds=0.01')).status).toBe(200);
  });

  it('are no more in memory for a hundred clients that do not read theirs', async () => {
    const slow: RawClient[] = [];
    await (await taken('heap?seconds=0.01')).arrayBuffer();
    const before = memory();
    for (let i = 0; i < 100; i++) {
      const client = new RawClient(origin).write(head('heap?seconds=0.01&format=heapprofile', authorized));
      client.socket.pause();
      slow.push(client);
      await (await taken('profile?seconds=0.001')).arrayBuffer();
    }
    expect(memory() - before).toBeLessThan(64);
    for (const { socket } of slow) socket.destroy();
  });

  it('are let go when the client of a snapshot reads nothing of it, and others get theirs', async () => {
    const unread = await taken('heapsnapshot');
    expect(unread.status).toBe(200);
    expect((await asked('profile?seconds=0.001')).status).toBe(409);
    await until(async () => (await asked('profile?seconds=0.001')).status === 200);
    await expect(unread.text()).rejects.toThrow();
    expect(memory()).toBeLessThan(256);
  });
});
