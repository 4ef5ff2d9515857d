import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { createObservability } from '@pmcp/observability';
import { Profile } from 'pprof-format';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  headers,
  type ProfiledServer,
  type ProfileKind,
  startProfiled,
} from '../../support/profiled-server.js';

const exec = promisify(execFile);
/** Why `go tool pprof` can't be used, if it can't. */
const WITHOUT_GO = await exec('go', ['version']).then(
  () => undefined,
  (error: Error) => `go tool pprof is not asked: ${error.message}. Install Go (https://go.dev/dl)`,
);

let server: ProfiledServer;

beforeAll(async () => {
  server = await startProfiled();
});

afterAll(() => server.toolkit.shutdown());

interface Node {
  readonly id: number;
  readonly callFrame: { readonly functionName: string };
  readonly children?: readonly number[];
}

async function profiled(query: string, kind: ProfileKind = 'profile'): Promise<Buffer> {
  const response = await server.whileCalled(kind, fetch(`${server.pprof}/${kind}?${query}`, { headers }));
  expect(response.status).toBe(200);
  return Buffer.from(await response.arrayBuffer());
}

describe('a CPU profile', () => {
  it('shows which tool uses the CPU, across awaits', async () => {
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
    await writeFile(join(server.folder, 'cpu.pb.gz'), zipped);
  });

  it('can be opened by go tool pprof, if Go is installed', async ({ skip }) => {
    skip(WITHOUT_GO !== undefined, WITHOUT_GO);
    const { stdout } = await exec('go', ['tool', 'pprof', '-top', '-cum', join(server.folder, 'cpu.pb.gz')], {
      env: { ...process.env, PPROF_TMPDIR: server.folder },
    });
    expect(stdout).toContain('Type: cpu');
    expect(stdout).toContain('tools/call index_notes');
    expect(stdout).toContain('tools/call list_notes');
  });

  it('has the format of Chrome if that is requested, with a stack for each tool', async () => {
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
  });

  it('requires credentials, is taken one at a time, and stops when its client disconnects', async () => {
    expect((await fetch(`${server.pprof}/profile?seconds=1`)).status).toBe(401);
    const leave = new AbortController();
    const first = fetch(`${server.pprof}/profile?seconds=60`, { headers, signal: leave.signal });
    let busy: Response;
    do busy = await fetch(`${server.pprof}/profile?seconds=0.05`, { headers });
    while (busy.status === 200);
    expect(busy.status).toBe(409);
    leave.abort();
    await expect(first).rejects.toThrow();
    let next: Response;
    do next = await fetch(`${server.pprof}/profile?seconds=0.05`, { headers });
    while (next.status === 409);
    expect(next.status).toBe(200);
  });

  it.each(['seconds=61', 'seconds=0', 'seconds=x', 'format=svg'])('is refused for %s', async (query) => {
    const response = await fetch(`${server.pprof}/profile?${query}`, { headers });
    expect([response.status, await response.json()]).toEqual([
      400,
      { error: expect.stringContaining('expected') },
    ]);
  });
});

/** Returns the value of each function itself, without its callees. */
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
  it('shows which function retains memory, without garbage', async () => {
    const zipped = await profiled('seconds=1', 'heap');
    const values = valuesByFunction(zipped);
    expect(values.get('keepNotes')).toBeGreaterThan(1_000_000);
    expect(values.get('wasteNotes') ?? 0).toBeLessThan(values.get('keepNotes')! / 4);
    await writeFile(join(server.folder, 'heap.pb.gz'), zipped);
  });

  it('shows which function allocates most, if all objects are requested', async () => {
    const values = valuesByFunction(await profiled('seconds=1&objects=all', 'heap'));
    expect(values.get('wasteNotes')).toBeGreaterThan(values.get('keepNotes') ?? 0);
  });

  it('has the format of Chrome if that is requested', async () => {
    const { head } = JSON.parse((await profiled('seconds=0.5&format=heapprofile', 'heap')).toString());
    expect(JSON.stringify(head)).toContain('"keepNotes"');
  });
});

describe('a trace of the event loop', () => {
  it('shows which tool delayed it, and where', async () => {
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
  });

  it('contains only the delays, in the pprof format', async () => {
    const zipped = await profiled('seconds=2', 'trace');
    const { sample, stringTable } = Profile.decode(gunzipSync(zipped));
    const text = (index: unknown) => stringTable.strings[Number(index)];
    const names = sample.flatMap(({ label }) => label.map(({ str }) => text(str)));
    expect(names).toContain('block_notes');
    expect(stringTable.strings).toContain('burnTheProcessor');
    await writeFile(join(server.folder, 'trace.pb.gz'), zipped);
  });
});

describe('every profile', () => {
  it.for([
    ['heap', 'keepNotes', 'inuse_space'],
    ['trace', 'tools/call block_notes', 'cpu'],
  ] as const)(
    'of the kind %s can be opened by go tool pprof, if Go is installed',
    async ([kind, name, type], { skip }) => {
      skip(WITHOUT_GO !== undefined, WITHOUT_GO);
      const { stdout } = await exec(
        'go',
        ['tool', 'pprof', '-top', '-cum', join(server.folder, `${kind}.pb.gz`)],
        {
          env: { ...process.env, PPROF_TMPDIR: server.folder },
        },
      );
      expect(stdout).toContain(`Type: ${type}`);
      expect(stdout).toContain(name);
    },
  );

  it('is refused while another is taken, of any kind', async () => {
    const leave = new AbortController();
    const first = fetch(`${server.pprof}/heap?seconds=60`, { headers, signal: leave.signal });
    let busy: Response;
    do busy = await fetch(`${server.pprof}/trace?seconds=0.05`, { headers });
    while (busy.status === 200);
    expect(busy.status).toBe(409);
    leave.abort();
    await expect(first).rejects.toThrow();
  });

  it('is listed in the index of the port, except the snapshot, which was not enabled', async () => {
    const { routes } = await (await fetch(new URL('/', server.pprof), { headers })).json();
    const paths = routes.map(({ path }: { path: string }) => path);
    expect(paths).toEqual(
      expect.arrayContaining(['/debug/pprof/profile', '/debug/pprof/heap', '/debug/pprof/trace']),
    );
    expect(paths).not.toContain('/debug/pprof/heapsnapshot');
    expect((await fetch(`${server.pprof}/heapsnapshot`, { headers })).status).toBe(404);
  });

  it('is taken by a web-standard handler with the requested duration and format', async () => {
    const answer = await server.toolkit.fetch(
      new Request('http://127.0.0.1/debug/pprof/profile?seconds=0.1&format=cpuprofile', { headers }),
    );
    expect(answer.headers.get('content-disposition')).toContain('cpu.cpuprofile');
    expect((await answer.json()).samples.length).toBeGreaterThan(0);
  });
});

describe('a server without profiling', () => {
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

  it('does not start when profiling would be open to everybody', () => {
    expect(() => createObservability({ metrics: { profiling: true } })).toThrow(
      'Expected `metrics.profiling` to be off where nobody is asked for credentials',
    );
  });
});
