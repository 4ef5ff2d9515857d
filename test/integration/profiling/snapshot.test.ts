import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../fixtures/temporary-folder.js';

const headers = { authorization: 'Bearer a-token-of-many-letters' };
let server: ChildProcess;
let url: string;

// Uses its own process: the heap of a test runner is too large for a snapshot.
beforeAll(async () => {
  const tokenFile = join(temporaryFolder('snapshots'), 'token');
  await writeFile(tokenFile, 'a-token-of-many-letters');
  server = spawn(process.execPath, ['test/fixtures/snapshots.mjs'], {
    env: { ...process.env, TOKEN_FILE: tokenFile },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [port] = await once(createInterface(server.stdout!), 'line');
  url = `http://127.0.0.1:${port}/debug/pprof/heapsnapshot`;
});

afterAll(() => {
  server.kill('SIGKILL');
});

describe('a heap snapshot', () => {
  it('is a file for Chrome with complete nodes and edges, and with the strings of the process', async () => {
    const response = await fetch(url, { headers });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-disposition')).toContain('heap.heapsnapshot');
    const { snapshot, nodes, edges, strings } = JSON.parse(await response.text());
    expect(nodes).toHaveLength(snapshot.node_count * snapshot.meta.node_fields.length);
    expect(edges).toHaveLength(snapshot.edge_count * snapshot.meta.edge_fields.length);
    expect(strings).toContain('a text that only this process has');
  });

  it('requires credentials', async () => {
    expect((await fetch(url)).status).toBe(401);
  });

  it('makes room for the next one when its client disconnects early', async () => {
    const leave = new AbortController();
    const response = await fetch(url, { headers, signal: leave.signal });
    expect(response.status).toBe(200);
    leave.abort();
    let next: Response;
    do {
      next = await fetch(url, { headers });
      await next.text();
    } while (next.status === 409);
    expect(next.status).toBe(200);
  });
});
