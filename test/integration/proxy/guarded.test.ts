import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import bcrypt from 'bcryptjs';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../fixtures/temporary-folder.js';
import { CLI, ended, officialServer, start } from '../../support/proxy.js';
import { announcedPort } from '../../support/stdio.js';

describe('the proxy', () => {
  it('requires credentials and keeps an audit log, if its flags say so', async () => {
    const folder = temporaryFolder('guarded');
    const [webConfig, audit] = [join(folder, 'web-config.yml'), join(folder, 'audit.jsonl')];
    await writeFile(webConfig, `basic_auth_users:\n  prometheus: ${bcrypt.hashSync('open sesame', 4)}\n`);
    const flags = ['--metrics-port', '0', '--web-config', webConfig, '--audit', audit];
    const server = [process.execPath, officialServer('everything')];
    const proxy = start([process.execPath, CLI, 'proxy', 'stdio', ...flags, '--', ...server]);
    const over = ended(proxy);
    const port = await announcedPort(proxy.stderr);
    const url = `http://127.0.0.1:${port}/metrics`;
    const authorization = `Basic ${Buffer.from('prometheus:open sesame').toString('base64')}`;
    expect((await fetch(url)).status).toBe(401);
    expect((await fetch(url, { headers: { authorization } })).status).toBe(200);
    const say = (message: object) => proxy.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
    const clientInfo = { name: 'tester', version: '1.0.0' };
    say({
      id: 1,
      method: 'initialize',
      params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo },
    });
    say({ method: 'notifications/initialized' });
    say({ id: 2, method: 'tools/call', params: { name: 'echo', arguments: { message: 'hello' } } });
    let said = '';
    for await (const chunk of proxy.stdout) {
      said += chunk;
      if (/"id":2\b/.test(said)) break;
    }
    proxy.stdin.end();
    await over;
    const records = (await readFile(audit, 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(records.filter(({ kind }) => kind === 'call')).toMatchObject([
      { method: 'tools/call', name: 'echo', client: 'tester', outcome: 'ok' },
    ]);
  });
});
