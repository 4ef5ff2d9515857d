import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../fixtures/temporary-folder.js';
import { ended, officialServer, start, THROUGH_PROXY } from '../../support/proxy.js';

const folder = temporaryFolder('recorded');
writeFileSync(join(folder, 'long.txt'), 'ünïcödé line\n'.repeat(20_000));

const request = (id: number | string, method: string, params: object = {}) => ({
  jsonrpc: '2.0',
  id,
  method,
  params,
});
const initialize = request(0, 'initialize', {
  protocolVersion: '2025-06-18',
  capabilities: {},
  clientInfo: { name: 'recorded', version: '1.0.0' },
});
const initialized = { jsonrpc: '2.0', method: 'notifications/initialized' };
const call = (id: number | string, name: string, args: object) =>
  request(id, 'tools/call', { name, arguments: args });

const SESSIONS = {
  filesystem: {
    args: [folder],
    messages: [
      request('list', 'tools/list'),
      call(1, 'read_text_file', { path: join(folder, 'long.txt') }),
      call('2', 'read_text_file', { path: '/etc/hostname' }),
      call(3, 'invented', {}),
      request(4, 'no/such/method'),
    ],
  },
  memory: {
    args: [],
    messages: [request(1, 'tools/list'), call(2, 'search_nodes', { query: '…' }), request(3, 'ping')],
  },
} as const;

/** Sends each message after the answer to the previous one, as a client does. Returns what the server wrote. */
async function play(command: readonly string[], messages: readonly object[]): Promise<string> {
  const server = start(command, { MEMORY_FILE_PATH: join(folder, 'none.jsonl') });
  server.stderr.resume();
  let wrote = '';
  const answers = (count: number) =>
    new Promise<void>((resolve) => {
      const look = () => wrote.split('\n').filter((line) => /"id":/.test(line)).length >= count && resolve();
      server.stdout.on('data', look);
      look();
    });
  server.stdout.setEncoding('utf8').on('data', (text) => {
    wrote += text;
  });
  server.stdin.write(`${JSON.stringify(initialize)}\n`);
  await answers(1);
  server.stdin.write(`${JSON.stringify(initialized)}\n`);
  for (const [i, message] of messages.entries()) {
    server.stdin.write(`${JSON.stringify(message)}\n`);
    await answers(i + 2);
  }
  const end = ended(server);
  server.stdin.end();
  server.kill('SIGTERM');
  await end;
  return wrote;
}

it.each(Object.entries(SESSIONS))(
  'a recorded session with %s is byte for byte the same through the proxy',
  async (name, session) => {
    const command = [process.execPath, officialServer(name as keyof typeof SESSIONS), ...session.args];
    const direct = await play(command, session.messages);
    expect(direct.length).toBeGreaterThan(5_000);
    expect(await play([...THROUGH_PROXY, ...command], session.messages)).toBe(direct);
  },
);
