import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { verifyFiles } from '../../../packages/observability/src/audit/verify.js';
import { behind, call, json, post, read, result } from '../../support/behind-proxy.js';
import { THROUGH_PROXY } from '../../support/proxy.js';
import { responseTo } from '../../support/response.js';
import { until } from '../../support/until.js';

let folder: string;
/** A file in place of a folder: no log can be written below it until it is removed. */
let obstacle: string;
let log: string;
let tests = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'refusing-'));
});

beforeEach(async () => {
  obstacle = join(folder, `${++tests}`);
  log = join(obstacle, 'audit.jsonl');
  await writeFile(obstacle, '');
});

afterAll(() => rm(folder, { recursive: true }));

const settings = () => ({ PMCP_AUDIT: log, PMCP_AUDIT_ON_FAILURE: 'refuse' });

async function records(): Promise<Record<string, unknown>[]> {
  return (await readFile(log, 'utf8'))
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));
}

/** A stdio server that prints on stderr which messages have reached it. */
const SERVER = `
const { createInterface } = require('node:readline');
const say = (id, result) => console.log(JSON.stringify({ jsonrpc: '2.0', id, result }));
createInterface(process.stdin).on('line', (line) => {
  const { id, method, params } = JSON.parse(line);
  if (method === 'tools/call') console.error('reached ' + params.name);
  if (method === 'initialize') say(id, { protocolVersion: params.protocolVersion, capabilities: { tools: {} }, serverInfo: { name: 's', version: '1' } });
  else if (method === 'tools/list') say(id, { tools: [{ name: 'save', inputSchema: { type: 'object' } }] });
  else if (id !== undefined) say(id, { content: [] });
});`;

describe('a proxy that refuses calls without a record, while no record can be written,', () => {
  it('answers them itself on stdio, and the server never sees them', async () => {
    const [command = '', ...args] = [...THROUGH_PROXY, process.execPath, '-e', SERVER];
    const env = { ...(process.env as Record<string, string>), ...settings() };
    const transport = new StdioClientTransport({ command, args, env, stderr: 'pipe' });
    let reached = '';
    transport.stderr!.on('data', (chunk) => {
      reached += chunk;
    });
    const client = new Client({ name: 'tester', version: '1.0.0' });
    await client.connect(transport);
    for (const note of ['short', 'x'.repeat(3 << 20)])
      await expect(client.callTool({ name: 'save', arguments: { note } })).rejects.toThrow(/audit log/);
    // Servers without an SDK accept a request with a member that JSON-RPC does not define.
    const odd = { jsonrpc: '2.0', id: 'odd', method: 'tools/call', params: { name: 'save' }, extra: 1 };
    await transport.send(odd as Parameters<typeof transport.send>[0]);
    expect((await client.listTools()).tools).toHaveLength(1);
    expect(reached).not.toContain('reached');
    await rm(obstacle);
    await until(() =>
      client.callTool({ name: 'save', arguments: {} }).then(
        () => true,
        () => false,
      ),
    );
    await client.callTool({ name: 'save', arguments: { note: 'x'.repeat(3 << 20) } });
    await client.close();
    // What the server wrote to stderr may come after its answer.
    await until(() => reached.match(/reached save/g)?.length === 2);
    await until(async () => (await records()).at(-1)?.kind === 'end');
    const written = await records();
    // A call that was refused just before the log could be written again may have a record too, as an error.
    const calls = written.filter(({ kind }) => kind === 'call');
    expect(calls.filter(({ outcome }) => outcome === 'ok')).toHaveLength(2);
    expect(calls.filter(({ outcome }) => outcome !== 'ok' && outcome !== 'server_error')).toEqual([]);
    expect(written.map(({ kind }) => kind)).toContain('gap');
    expect((await verifyFiles([log])).fault).toBeUndefined();
  });

  it('answers them itself over HTTP, whatever the encoding of their bodies', async () => {
    const reached: string[] = [];
    const { url } = await behind(
      async (incoming, response) => {
        const { id, method } = JSON.parse((await read(incoming)).toString());
        reached.push(method);
        json(response, result(id));
      },
      [],
      settings(),
    );
    const refused = await post(url, call(7));
    expect(refused.status).toBe(503);
    expect(await refused.json()).toEqual({
      jsonrpc: '2.0',
      id: 7,
      error: { code: -32000, message: expect.stringContaining('audit log') },
    });
    const batch = await post(url, `[${call(1)},${call(2)}]`);
    expect(batch.status).toBe(503);
    const long = JSON.stringify({ ...JSON.parse(call(8)), padding: 'x'.repeat(2 << 20) });
    expect((await post(url, long).catch(() => ({ status: 503 }))).status).toBe(503);
    const chunked = request(url, { method: 'POST', headers: { 'content-type': 'application/json' } });
    chunked.write(call(9).slice(0, 10));
    chunked.end(call(9).slice(10));
    expect((await responseTo(chunked)).statusCode).toBe(503);
    const deep = `${'['.repeat(30_000)}${']'.repeat(30_000)}`;
    expect((await post(url, `{"jsonrpc":"2.0","x":${deep},"id":3,"method":"tools/call"}`)).status).toBe(503);
    expect((await post(url, '{"jsonrpc":"2.0","id":4,"method":"tools/list"}')).status).toBe(200);
    expect(reached).toEqual(['tools/list']);
    await rm(obstacle);
    await until(async () => (await post(url, call(10))).status === 200);
    expect(reached.filter((method) => method === 'tools/call')).toHaveLength(1);
    expect((await records()).filter(({ kind }) => kind === 'call')).toContainEqual(
      expect.objectContaining({ method: 'tools/call', name: 'slow', id: 10, outcome: 'ok' }),
    );
  });
});
