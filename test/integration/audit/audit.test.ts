import { execFile } from 'node:child_process';
import { createHmac, generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { InMemoryTransport, McpServer } from '@modelcontextprotocol/server';
import type { Options } from '@pmcp/observability';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { audited, verify } from '../../support/audited.js';
import { until } from '../../support/until.js';

const exec = promisify(execFile);
const SECRET = 'a secret of more than sixteen bytes';

let folder: string;
let file: string;
let tests = 0;
const keys = generateKeyPairSync('ed25519');

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'audit-'));
  await writeFile(join(folder, 'key'), SECRET);
  await writeFile(join(folder, 'private.pem'), keys.privateKey.export({ type: 'pkcs8', format: 'pem' }));
  await writeFile(join(folder, 'public.pem'), keys.publicKey.export({ type: 'spki', format: 'pem' }));
});

beforeEach(() => {
  file = join(folder, `${++tests}.jsonl`);
});

const start = (audit: Options['audit'] = {}) => audited({ destination: file, ...audit });

async function records(path = file): Promise<Record<string, unknown>[]> {
  const lines = (await readFile(path, 'utf8')).trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line));
}

describe('the audit log', () => {
  it('has a record of each call with its caller and its outcome', async () => {
    const { toolkit, client } = await start({ keyFile: join(folder, 'key') });
    await client.callTool({ name: 'save', arguments: { note: 'private' } });
    await client.callTool({ name: 'fail' });
    await client.callTool({ name: 'nothing' }).catch(() => {});
    await client.readResource({ uri: 'notes://page' });
    await client.listTools();
    toolkit.logger.setLevels('warn');
    await toolkit.shutdown();
    const all = await records();
    expect(all.map(({ kind, method, name, outcome }) => [kind, method, name, outcome])).toEqual([
      ['start', undefined, undefined, undefined],
      ['call', 'tools/call', 'save', 'ok'],
      ['call', 'tools/call', 'fail', 'tool_error'],
      ['call', 'tools/call', 'nothing', 'client_error'],
      ['call', 'resources/read', 'notes://page', 'ok'],
      ['admin', undefined, undefined, undefined],
      ['end', undefined, undefined, undefined],
    ]);
    expect(all[1]).toMatchObject({
      client: 'tester',
      duration_ms: expect.any(Number),
      arguments_hash: createHmac('sha256', SECRET).update('{"note":"private"}').digest('hex'),
    });
    expect(await readFile(file, 'utf8')).not.toContain('private');
    expect(await toolkit.registry.metrics()).toContain('pmcp_telemetry_exported_total{signal="audit"} 6');
    expect(await verify(file)).toEqual({
      code: 0,
      said: 'intact: 7 records, 1 to 7, 0 checkpoints\n',
    });
  });

  it('contains arguments with secrets removed, if it is configured to', async () => {
    const { toolkit, client } = await start({ arguments: 'redacted' });
    await client.callTool({ name: 'save', arguments: { note: 'hello', password: 'hunter2' } });
    await toolkit.shutdown();
    const text = await readFile(file, 'utf8');
    expect(text).toContain('hello');
    expect(text).not.toContain('hunter2');
  });

  it('continues after a restart, rotates full files, and is signed', async () => {
    const options = { signingKeyFile: join(folder, 'private.pem'), maxBytes: 10_000 };
    for (let run = 0; run < 2; run++) {
      const { toolkit, client } = await start(options);
      for (let call = 0; call < 40; call++)
        await client.callTool({ name: 'save', arguments: { note: `${call}` } });
      await toolkit.shutdown();
    }
    const { stdout } = await exec('sh', ['-c', `ls ${file}.0* ${file}`]);
    const files = stdout
      .trim()
      .split('\n')
      .sort((a, b) => b.length - a.length || (a < b ? -1 : 1));
    expect(files.length).toBeGreaterThan(2);
    const { code, said } = await verify('--public-key', join(folder, 'public.pem'), ...files);
    expect([code, said]).toEqual([
      0,
      expect.stringMatching(/^intact: \d+ records, 1 to \d+, \d+ checkpoints\nsigned up to/),
    ]);
    const other = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' });
    await writeFile(join(folder, 'other.pem'), other);
    expect(await verify('--public-key', join(folder, 'other.pem'), ...files)).toMatchObject({
      code: 1,
      said: expect.stringContaining('has a signature of another key'),
    });
    expect((await verify(...files.slice(1))).code).toBe(0);
    expect((await verify(files[0]!, files[2]!)).said).toContain('does not follow the record before it');
  });

  it('refuses calls, or counts them, while no record can be written', async () => {
    for (const onFailure of ['refuse', 'continue'] as const) {
      const { toolkit, client, calls } = await start({
        destination: join(folder, 'key', 'of-a-file'),
        onFailure,
      });
      const call = client.callTool({ name: 'save', arguments: { note: 'x' } });
      if (onFailure === 'refuse') await expect(call).rejects.toThrow(/audit log/);
      else await call;
      expect(calls).toEqual(onFailure === 'refuse' ? [] : ['x']);
      await client.listTools();
      expect(await toolkit.registry.metrics()).toMatch(
        /pmcp_telemetry_dropped_total{signal="audit",reason="export_failed"} [1-9]/,
      );
      await toolkit.shutdown();
    }
  });

  it('continues when there is room again, and records how many records are missing', async () => {
    const blocked = join(folder, 'blocked');
    await writeFile(blocked, '');
    const destination = join(blocked, 'audit.jsonl');
    const { toolkit, client } = await start({ destination });
    await client.callTool({ name: 'save', arguments: { note: 'x' } });
    await client.callTool({ name: 'save', arguments: { note: 'x' } });
    await rm(blocked);
    await until(async () => {
      await client.callTool({ name: 'save', arguments: { note: 'x' } });
      return existsSync(destination);
    });
    await toolkit.shutdown();
    const [start_, gap, call] = await records(destination);
    expect([start_?.kind, gap?.kind, call?.kind]).toEqual(['start', 'gap', 'call']);
    expect(gap?.lost).toBeGreaterThanOrEqual(2);
    expect((await verify(destination)).said).toContain(`${gap?.lost} records could not be written`);
  });

  it('contains the principal that the transport knows, and not the token', async () => {
    const { toolkit } = await start();
    const [ours, theirs] = InMemoryTransport.createLinkedPair();
    const server = new McpServer({ name: 'notes', version: '1.0.0' });
    server.registerTool('whoami', {}, async () => ({ content: [] }));
    await toolkit.observe(server).connect(theirs);
    const answered = new Promise((resolve) => {
      ours.onmessage = resolve;
    });
    await ours.start();
    const authInfo = {
      token: 'very-secret',
      clientId: 'agent',
      scopes: ['notes:read'],
      extra: { sub: 'alice', iss: 'https://id.example.com', act: { sub: 'bot' } },
    };
    await ours.send(
      { jsonrpc: '2.0', id: 'one', method: 'tools/call', params: { name: 'whoami' } },
      { authInfo },
    );
    await answered;
    await toolkit.shutdown();
    const [, call] = await records();
    expect(call).toMatchObject({
      id: 'one',
      principal: {
        client_id: 'agent',
        sub: 'alice',
        iss: 'https://id.example.com',
        scopes: ['notes:read'],
        act: 'bot',
      },
    });
    expect(await readFile(file, 'utf8')).not.toContain('very-secret');
  });

  it('has a record of requests that were refused before they reached a server', async () => {
    const { toolkit } = await start();
    const server = createServer((_, response) => response.writeHead(401).end()).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    await fetch(`http://127.0.0.1:${port}/mcp`, {
      method: 'POST',
      headers: { 'Mcp-Method': 'tools/call', 'Mcp-Name': 'save' },
      body: '{}',
    });
    await until(() => existsSync(file));
    server.close();
    await toolkit.shutdown();
    expect(await records()).toContainEqual(
      expect.objectContaining({
        kind: 'refused',
        method: 'tools/call',
        name: 'save',
        status: 401,
        reason: 'unauthorized',
        address: expect.stringContaining('127.0.0.1'),
      }),
    );
  });

  it('records the start of a call before its handler runs, if calls without a record are refused', async () => {
    const { toolkit, client } = await start({ onFailure: 'refuse', fsync: true });
    await client.callTool({ name: 'save', arguments: { note: 'x' } });
    await toolkit.shutdown();
    expect((await records()).map(({ kind }) => kind)).toEqual(['start', 'started', 'call', 'end']);
  });

  it('has one file for each of several toolkits that name the same path', async () => {
    const [one, two] = [await start(), await start()];
    await one.client.callTool({ name: 'save', arguments: { note: 'x' } });
    await two.client.callTool({ name: 'save', arguments: { note: 'x' } });
    await one.toolkit.shutdown();
    await two.toolkit.shutdown();
    for (const path of [file, file.replace('.jsonl', '.1.jsonl')])
      expect((await records(path)).map(({ kind }) => kind)).toEqual(['start', 'call', 'end']);
  });
});
