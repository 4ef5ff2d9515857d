import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { Client } from '@modelcontextprotocol/client';
import { InMemoryTransport, McpServer } from '@modelcontextprotocol/server';
import { createObservability, type Observability } from '@pmcp/observability';
import { Profile } from 'pprof-format';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const exec = promisify(execFile);
const headers = { authorization: 'Bearer a-token-of-many-letters' };
const GO = await exec('go', ['version']).then(
  () => true,
  () => false,
);

let folder: string;
let toolkit: Observability;
let url: string;
let client: Client;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'profiling-'));
  const tokenFile = join(folder, 'token');
  await writeFile(tokenFile, 'a-token-of-many-letters');
  toolkit = createObservability({
    metrics: { port: 0, host: '127.0.0.1', runtime: false, auth: { tokenFile }, profiling: true },
    shutdown: { onSigterm: false },
    log: { level: 'fatal' },
  });
  const { port } = (await toolkit.listen()) ?? { port: 0 };
  url = `http://127.0.0.1:${port}/debug/pprof/profile`;
  const server = new McpServer({ name: 'notes', version: '1.0.0' });
  server.registerTool('index_notes', {}, () => work(6));
  server.registerTool('list_notes', {}, () => work(1));
  const [ours, theirs] = InMemoryTransport.createLinkedPair();
  await toolkit.observe(server).connect(theirs);
  client = new Client({ name: 'tester', version: '1.0.0' });
  await client.connect(ours);
});

afterAll(async () => {
  await toolkit.shutdown();
  await rm(folder, { recursive: true });
});

/** Burns so much in one turn, and as much again after an await. */
async function work(milliseconds: number) {
  burnTheProcessor(milliseconds);
  await new Promise(setImmediate);
  burnTheProcessor(milliseconds);
  return { content: [] };
}

function burnTheProcessor(milliseconds: number): void {
  const { user } = process.cpuUsage();
  while (process.cpuUsage().user - user < milliseconds * 1000) Math.sqrt(Math.random());
}

/** @returns what the answer has when both tools were called all the while */
async function profiled(query: string): Promise<Buffer> {
  let isOver = false;
  const answer = fetch(`${url}?${query}`, { headers }).finally(() => {
    isOver = true;
  });
  while (!isOver)
    await Promise.all([client.callTool({ name: 'index_notes' }), client.callTool({ name: 'list_notes' })]);
  const response = await answer;
  expect(response.status).toBe(200);
  return Buffer.from(await response.arrayBuffer());
}

describe('a CPU profile', () => {
  it('says which tool burns the processor, across awaits', async () => {
    const zipped = await profiled('seconds=2');
    const { sample, stringTable } = Profile.decode(gunzipSync(zipped));
    const text = (index: unknown) => stringTable.strings[Number(index)];
    const shares = new Map<string | undefined, number>();
    let all = 0;
    for (const { value, label } of sample) {
      const tool = label.find(({ key }) => text(key) === 'mcp_name');
      const nanoseconds = Number(value[1]);
      all += nanoseconds;
      shares.set(tool && text(tool.str), (shares.get(tool && text(tool.str)) ?? 0) + nanoseconds);
    }
    const share = (name: string) => (shares.get(name) ?? 0) / all;
    expect(share('index_notes')).toBeGreaterThan(0.3);
    expect(share('list_notes')).toBeGreaterThan(0);
    expect(share('index_notes')).toBeGreaterThan(3 * share('list_notes'));
    await writeFile(join(folder, 'cpu.pb.gz'), zipped);
  }, 60_000);

  it.skipIf(!GO)(
    'is opened by go tool pprof, where Go is there',
    async () => {
      const { stdout } = await exec('go', ['tool', 'pprof', '-top', '-cum', join(folder, 'cpu.pb.gz')], {
        env: { ...process.env, PPROF_TMPDIR: folder },
      });
      expect(stdout).toContain('Type: cpu');
      expect(stdout).toContain('tools/call index_notes');
      expect(stdout).toContain('tools/call list_notes');
    },
    120_000,
  );

  it("is Chrome's own format where that is asked for", async () => {
    const profile = JSON.parse((await profiled('seconds=0.2&format=cpuprofile')).toString());
    expect(profile.nodes.length).toBeGreaterThan(1);
    expect(profile.samples).toHaveLength(profile.timeDeltas.length);
  }, 60_000);

  it('is for who has credentials, one at a time, and for no longer than somebody waits', async () => {
    expect((await fetch(`${url}?seconds=1`)).status).toBe(401);
    const leave = new AbortController();
    const first = fetch(`${url}?seconds=60`, { headers, signal: leave.signal });
    let busy: Response;
    do busy = await fetch(`${url}?seconds=0.05`, { headers });
    while (busy.status === 200);
    expect(busy.status).toBe(409);
    leave.abort();
    await expect(first).rejects.toThrow();
    let next: Response;
    do next = await fetch(`${url}?seconds=0.05`, { headers });
    while (next.status === 409);
    expect(next.status).toBe(200);
  });

  it.each(['seconds=61', 'seconds=0', 'seconds=x', 'format=svg'])('is refused for %s', async (query) => {
    const response = await fetch(`${url}?${query}`, { headers });
    expect([response.status, await response.json()]).toEqual([
      400,
      { error: expect.stringContaining('expected') },
    ]);
  });
});

describe('a server that nobody may profile', () => {
  it('has no such path', async () => {
    const other = createObservability({
      metrics: { port: 0, host: '127.0.0.1', runtime: false },
      shutdown: { onSigterm: false },
      log: { level: 'fatal' },
    });
    const { port } = (await other.listen()) ?? { port: 0 };
    expect((await fetch(`http://127.0.0.1:${port}/debug/pprof/profile`)).status).toBe(404);
    await other.shutdown();
  });

  it('does not start where everybody could ask', () => {
    expect(() => createObservability({ metrics: { profiling: true } })).toThrow(
      'Expected `metrics.profiling` to be off where nobody is asked for credentials',
    );
  });
});
