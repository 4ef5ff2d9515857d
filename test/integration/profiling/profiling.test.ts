import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
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
const RUNBOOKS = [
  'PmcpCpuThrottled',
  'PmcpEventLoopBlocked',
  'PmcpHeapNearLimit',
  'PmcpLatencyBurnFast',
  'PmcpLatencyBurnSlow',
  'PmcpMemoryNearLimit',
  'PmcpPodOverloaded',
  'PmcpRequestsStuck',
  'PmcpToolSlow',
];
const CLI = join(import.meta.dirname, '../../../packages/observability/dist/cli.js');
const TOOLS: Readonly<Record<string, string[]>> = {
  profile: ['index_notes', 'list_notes'],
  heap: ['keep_notes'],
  trace: ['block_notes', 'list_notes'],
};
/** Why Go can't be asked, if it can't. */
const WITHOUT_GO = await exec('go', ['version']).then(
  () => undefined,
  (error: Error) => `go tool pprof is not asked: ${error.message}. Install Go (https://go.dev/dl)`,
);

let folder: string;
let toolkit: Observability;
let pprof: string;
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
  pprof = `http://127.0.0.1:${port}/debug/pprof`;
  const server = new McpServer({ name: 'notes', version: '1.0.0' });
  server.registerTool('index_notes', {}, () => work(6));
  server.registerTool('list_notes', {}, () => work(1));
  server.registerTool('block_notes', {}, () => {
    burnTheProcessor(60);
    return { content: [] };
  });
  server.registerTool('keep_notes', {}, () => {
    keepNotes();
    wasteNotes();
    return { content: [] };
  });
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
  const end = used() + milliseconds * 1000;
  while (used() < end) for (let i = 0; i < 20_000; i++) Math.sqrt(Math.random());
}

/** The sum of both is exact, and what each is of it is not. */
function used(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

interface Node {
  readonly id: number;
  readonly callFrame: { readonly functionName: string };
  readonly children?: readonly number[];
}

const kept: number[][] = [];
const wasted: { note?: number[] } = {};

function keepNotes(): void {
  for (let i = 0; i < 50; i++) kept.push(new Array(5_000).fill(i));
  if (kept.length > 200) kept.splice(0, 50);
}

function wasteNotes(): void {
  for (let i = 0; i < 200; i++) wasted.note = new Array(5_000).fill(i);
}

/** @returns what comes of it when tools are called all the while */
async function whileCalled<T>(tools: readonly string[], asked: Promise<T>): Promise<T> {
  let isOver = false;
  const answer = asked.finally(() => {
    isOver = true;
  });
  while (!isOver) {
    await Promise.all(tools.map((name) => client.callTool({ name })));
    // Calls in memory alone would let no timer and no socket have its turn.
    await new Promise(setImmediate);
  }
  return answer;
}

async function profiled(query: string, kind = 'profile'): Promise<Buffer> {
  const response = await whileCalled(TOOLS[kind]!, fetch(`${pprof}/${kind}?${query}`, { headers }));
  expect(response.status).toBe(200);
  return Buffer.from(await response.arrayBuffer());
}

/** Runs `pmcp-observability profile` in a process of its own. */
function command(...flags: string[]) {
  return exec(process.execPath, [CLI, 'profile', new URL('/', pprof).href, ...flags], { cwd: folder });
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

  it('is opened by go tool pprof, where Go is there', async ({ skip }) => {
    skip(WITHOUT_GO !== undefined, WITHOUT_GO);
    const { stdout } = await exec('go', ['tool', 'pprof', '-top', '-cum', join(folder, 'cpu.pb.gz')], {
      env: { ...process.env, PPROF_TMPDIR: folder },
    });
    expect(stdout).toContain('Type: cpu');
    expect(stdout).toContain('tools/call index_notes');
    expect(stdout).toContain('tools/call list_notes');
  }, 120_000);

  it("is Chrome's own format where that is asked for, with a tower for each tool", async () => {
    const profile = JSON.parse((await profiled('seconds=0.5&format=cpuprofile')).toString());
    expect(profile.samples).toHaveLength(profile.timeDeltas.length);
    const nodes = new Map<number, Node>(profile.nodes.map((node: Node) => [node.id, node]));
    expect(nodes.size).toBe(profile.nodes.length);
    for (const id of profile.samples) expect(nodes.has(id)).toBe(true);
    const below = (node: Node | undefined): string[] =>
      (node?.children ?? []).flatMap((id) => [
        nodes.get(id)!.callFrame.functionName,
        ...below(nodes.get(id)),
      ]);
    const tower = profile.nodes.find(
      (node: Node) => node.callFrame.functionName === 'tools/call index_notes',
    );
    expect(below(tower)).toContain('burnTheProcessor');
    expect(new Set(profile.nodes.flatMap((node: Node) => node.children ?? [])).size).toBe(nodes.size - 1);
  }, 60_000);

  it('is for who has credentials, one at a time, and for no longer than somebody waits', async () => {
    expect((await fetch(`${pprof}/profile?seconds=1`)).status).toBe(401);
    const leave = new AbortController();
    const first = fetch(`${pprof}/profile?seconds=60`, { headers, signal: leave.signal });
    let busy: Response;
    do busy = await fetch(`${pprof}/profile?seconds=0.05`, { headers });
    while (busy.status === 200);
    expect(busy.status).toBe(409);
    leave.abort();
    await expect(first).rejects.toThrow();
    let next: Response;
    do next = await fetch(`${pprof}/profile?seconds=0.05`, { headers });
    while (next.status === 409);
    expect(next.status).toBe(200);
  });

  it.each(['seconds=61', 'seconds=0', 'seconds=x', 'format=svg'])('is refused for %s', async (query) => {
    const response = await fetch(`${pprof}/profile?${query}`, { headers });
    expect([response.status, await response.json()]).toEqual([
      400,
      { error: expect.stringContaining('expected') },
    ]);
  });
});

/** What a profile says of the functions whose own it is. */
function valuesByFunction(zipped: Buffer): Map<string, number> {
  const { sample, location, function: functions, stringTable } = Profile.decode(gunzipSync(zipped));
  const names = new Map(
    functions.map(({ id, name }) => [Number(id), stringTable.strings[Number(name)] ?? '']),
  );
  const places = new Map(
    location.map(({ id, line }) => [Number(id), names.get(Number(line[0]?.functionId))]),
  );
  const values = new Map<string, number>();
  for (const { locationId, value } of sample) {
    const name = locationId
      .map((id) => places.get(Number(id)))
      .find((one) => /^[a-z]+Notes$/.test(one ?? ''));
    values.set(name ?? '', (values.get(name ?? '') ?? 0) + Number(value.at(-1)));
  }
  return values;
}

describe('a heap profile', () => {
  it('says which function keeps memory, and leaves out what is garbage already', async () => {
    const zipped = await profiled('seconds=1', 'heap');
    const values = valuesByFunction(zipped);
    expect(values.get('keepNotes')).toBeGreaterThan(1_000_000);
    expect(values.get('wasteNotes') ?? 0).toBeLessThan(values.get('keepNotes')! / 4);
    await writeFile(join(folder, 'heap.pb.gz'), zipped);
  }, 60_000);

  it('says which function allocates most, where all objects are asked for', async () => {
    const values = valuesByFunction(await profiled('seconds=1&objects=all', 'heap'));
    expect(values.get('wasteNotes')).toBeGreaterThan(values.get('keepNotes') ?? 0);
  }, 60_000);

  it("is Chrome's own format where that is asked for", async () => {
    const { head } = JSON.parse((await profiled('seconds=0.5&format=heapprofile', 'heap')).toString());
    expect(JSON.stringify(head)).toContain('"keepNotes"');
  }, 60_000);
});

describe('a trace of the event loop', () => {
  it('says which tool it was late for, and where that was', async () => {
    const { delays, longest } = JSON.parse((await profiled('seconds=2&format=json', 'trace')).toString());
    expect(delays).toBeGreaterThan(0);
    expect(longest[0].delay_ms).toBeGreaterThan(20);
    const ours = longest.filter(({ name }: { name?: string }) => name === 'block_notes');
    expect(ours.length).toBeGreaterThan(longest.length / 2);
    expect(ours[0].method).toBe('tools/call');
    expect(
      ours.some(({ stack }: { stack: string[] }) =>
        stack.some((frame) => frame.startsWith('burnTheProcessor ')),
      ),
    ).toBe(true);
  }, 60_000);

  it('is pprof of what it was late for, and of nothing else', async () => {
    const zipped = await profiled('seconds=2', 'trace');
    const { sample, stringTable } = Profile.decode(gunzipSync(zipped));
    const text = (index: unknown) => stringTable.strings[Number(index)];
    const names = sample.flatMap(({ label }) => label.map(({ str }) => text(str)));
    expect(names).toContain('block_notes');
    expect(stringTable.strings).toContain('burnTheProcessor');
    await writeFile(join(folder, 'trace.pb.gz'), zipped);
  }, 60_000);
});

describe('every profile', () => {
  it.for([
    ['heap', 'keepNotes', 'inuse_space'],
    ['trace', 'tools/call block_notes', 'cpu'],
  ] as const)(
    'of the kind %s is opened by go tool pprof, where Go is there',
    { timeout: 120_000 },
    async ([kind, name, type], { skip }) => {
      skip(WITHOUT_GO !== undefined, WITHOUT_GO);
      const { stdout } = await exec('go', ['tool', 'pprof', '-top', '-cum', join(folder, `${kind}.pb.gz`)], {
        env: { ...process.env, PPROF_TMPDIR: folder },
      });
      expect(stdout).toContain(`Type: ${type}`);
      expect(stdout).toContain(name);
    },
  );

  it('is refused while another is taken, whatever their kinds', async () => {
    const leave = new AbortController();
    const first = fetch(`${pprof}/heap?seconds=60`, { headers, signal: leave.signal });
    let busy: Response;
    do busy = await fetch(`${pprof}/trace?seconds=0.05`, { headers });
    while (busy.status === 200);
    expect(busy.status).toBe(409);
    leave.abort();
    await expect(first).rejects.toThrow();
  }, 60_000);

  it('is listed where the port says what it has, except the snapshot, which was not asked for', async () => {
    const { routes } = await (await fetch(new URL('/', pprof), { headers })).json();
    const paths = routes.map(({ path }: { path: string }) => path);
    expect(paths).toEqual(
      expect.arrayContaining(['/debug/pprof/profile', '/debug/pprof/heap', '/debug/pprof/trace']),
    );
    expect(paths).not.toContain('/debug/pprof/heapsnapshot');
    expect((await fetch(`${pprof}/heapsnapshot`, { headers })).status).toBe(404);
  });

  it('is taken by a web-standard handler with the seconds and the format that are asked for', async () => {
    const answer = await toolkit.fetch(
      new Request('http://127.0.0.1/debug/pprof/profile?seconds=0.1&format=cpuprofile', { headers }),
    );
    expect(answer.headers.get('content-disposition')).toContain('cpu.cpuprofile');
    expect((await answer.json()).samples.length).toBeGreaterThan(0);
  });
});

describe('the command profile', () => {
  const token = () => ['--token-file', join(folder, 'token')];

  it('prints the share of each tool and the functions, and keeps the file for its owner alone', async () => {
    const { stdout } = await whileCalled(
      TOOLS.profile!,
      command('--seconds', '2', '--top', '3', '--output', 'cpu.cpuprofile', ...token()),
    );
    const [requests, functions] = stdout.split('in which function');
    expect(requests).toMatch(/for which request\n +\d+\.\d % +\d+\.\d\d s {2}tools\/call index_notes\n/);
    expect(functions).toContain('burnTheProcessor');
    expect(stdout).toContain('kept in cpu.cpuprofile');
    const path = join(folder, 'cpu.cpuprofile');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(JSON.parse(await readFile(path, 'utf8')).nodes.length).toBeGreaterThan(1);
    await expect(command('--seconds', '0.1', '--output', 'cpu.cpuprofile', ...token())).rejects.toMatchObject(
      {
        code: 2,
        stderr: expect.stringContaining('cpu.cpuprofile is there already'),
      },
    );
  }, 120_000);

  it.each([
    ['heap', 'keepNotes'],
    ['trace', 'tools/call block_notes'],
  ])(
    'prints what a profile of the kind %s says',
    async (kind, says) => {
      const { stdout } = await whileCalled(
        TOOLS[kind]!,
        command('--kind', kind, '--seconds', '2', '--top', '100', ...token()),
      );
      expect(stdout).toContain(says);
    },
    120_000,
  );

  it('is what the runbooks about processor, memory, latency and stuck requests tell to run, as it can be run', async () => {
    const lines = RUNBOOKS.map((alert) => {
      const page = readFileSync(join(import.meta.dirname, `../../../alerts/runbooks/${alert}.md`), 'utf8');
      return (
        /pmcp-observability profile http:\/\/localhost:9090 --token-file token (.+)$/m.exec(page)?.[1] ??
        alert
      );
    });
    const kinds = [...new Set(lines)];
    expect(kinds.sort()).toEqual(['--seconds 30', '--seconds 30 --kind heap', '--seconds 30 --kind trace']);
    for (const [index, line] of kinds.entries()) {
      const flags = line.replace('30', '0.2').split(' ');
      await command(...flags, '--output', `of-runbook-${index}`, ...token());
    }
  }, 120_000);

  it('says what to do where it gets no profile', async () => {
    const error = (code: number, text: string) => ({ code, stderr: expect.stringContaining(text) });
    const run = (args: string[]) => exec(process.execPath, [CLI, 'profile', ...args]);
    const base = new URL('/', pprof).href;
    await expect(run([base])).rejects.toMatchObject(error(1, '--token-file'));
    await expect(run([base, '--kind', 'heapsnapshot', ...token()])).rejects.toMatchObject(
      error(1, 'PMCP_METRICS_PROFILING=snapshots'),
    );
    await expect(run([base, '--seconds', '99', ...token()])).rejects.toMatchObject(error(1, 'up to 60'));
    await expect(run([])).rejects.toMatchObject(error(2, 'profile http://HOST:9090'));
    await expect(run(['http://me:secret@localhost:1'])).rejects.toMatchObject(
      error(2, 'expected the admin port'),
    );
    await expect(run(['http://127.0.0.1:1'])).rejects.toMatchObject(
      error(1, "can't reach http://127.0.0.1:1"),
    );
  }, 120_000);
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
