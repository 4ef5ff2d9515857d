import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { Client as ClientV2 } from '@modelcontextprotocol/client';
import { StdioClientTransport as StdioV2 } from '@modelcontextprotocol/client/stdio';
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as StdioV1 } from '@modelcontextprotocol/sdk/client/stdio.js';
import { afterEach, describe, expect, it } from 'vitest';
import { scrape } from '../../support/exposition.js';
import { officialServer, THROUGH_PROXY } from '../../support/proxy.js';
import { announcedPort } from '../../support/stdio.js';

const folder = mkdtempSync(join(tmpdir(), 'pmcp-proxy-'));
const memory = join(folder, 'memory.jsonl');
afterEach(() => rmSync(memory, { force: true }));

interface Call {
  readonly name: string;
  readonly arguments: Record<string, unknown>;
}

const call = (name: string, args: Record<string, unknown> = {}): Call => ({ name, arguments: args });

const SERVERS = {
  everything: {
    command: [process.execPath, officialServer('everything'), 'stdio'],
    calls: [
      call('echo', { message: 'ünï\u2028cödé "quoted" \\ \n' }),
      call('echo', { message: 'long '.repeat(50_000) }),
      call('get-sum', { a: 1, b: 2 }),
      call('get-sum', { a: 'no number' }),
      call('get-tiny-image'),
      call('no-such-tool'),
    ],
  },
  filesystem: {
    command: [process.execPath, officialServer('filesystem'), folder],
    calls: [
      call('write_file', { path: join(folder, 'big.txt'), content: 'line\n'.repeat(100_000) }),
      call('read_text_file', { path: join(folder, 'big.txt') }),
      call('read_text_file', { path: '/etc/passwd' }),
      call('list_directory', { path: folder }),
    ],
  },
  memory: {
    command: [process.execPath, officialServer('memory')],
    calls: [
      call('create_entities', {
        entities: [{ name: 'Ada', entityType: 'person', observations: ['wrote the first program'] }],
      }),
      call('search_nodes', { query: 'program' }),
      call('read_graph'),
    ],
  },
};

/** What the clients of both SDK versions have in common. */
interface AnyClient {
  connect(transport: unknown): Promise<void>;
  close(): Promise<void>;
  listTools(): Promise<{ tools: unknown }>;
  callTool(call: Call): Promise<unknown>;
  getServerVersion(): unknown;
}

const CLIENTS = {
  v1: { Client: ClientV1, Transport: StdioV1 },
  v2: { Client: ClientV2, Transport: StdioV2 },
};

async function session(version: keyof typeof CLIENTS, command: string[], calls: readonly Call[]) {
  const { Client, Transport } = CLIENTS[version];
  const [file = '', ...args] = command;
  const env = { PATH: process.env.PATH ?? '', MEMORY_FILE_PATH: memory, PMCP_METRICS_PORT: '0' };
  const transport = new Transport({ command: file, args, env, stderr: 'pipe' });
  const client = new Client({ name: 'tester', version: '1.0.0' }) as unknown as AnyClient;
  const port = command.includes('proxy') ? announcedPort(transport.stderr as Readable) : undefined;
  await client.connect(transport);
  const results: unknown[] = [client.getServerVersion(), await client.listTools()];
  for (const each of calls) results.push(await client.callTool(each).catch((error: Error) => error.message));
  const samples = port && (await scrape(await port));
  await client.close();
  return { results, samples };
}

describe.each(Object.keys(CLIENTS) as (keyof typeof CLIENTS)[])('a client of SDK %s', (version) => {
  it.each(Object.entries(SERVERS))(
    'gets the same from %s with and without the proxy',
    async (name, server) => {
      const direct = await session(version, server.command, server.calls);
      rmSync(memory, { force: true });
      const proxied = await session(version, [...THROUGH_PROXY, ...server.command], server.calls);

      expect(proxied.results).toEqual(direct.results);

      const samples = proxied.samples!;
      const counted = [...samples].filter(([series]) =>
        series.startsWith('pmcp_requests_total{method="tools/call"'),
      );
      expect(counted.reduce((sum, [, value]) => sum + value, 0)).toBe(server.calls.length);
      const failed = direct.results.filter(
        (result) => (result as { isError?: boolean }).isError === true,
      ).length;
      const errors = counted.filter(([series]) => /outcome="(tool|client|server)_error"/.test(series));
      expect(errors.reduce((sum, [, value]) => sum + value, 0)).toBeGreaterThanOrEqual(failed);
      expect(samples.get('pmcp_requests_in_flight{method="tools/call"}')).toBe(0);
      const info = [...samples.keys()].find((series) => series.startsWith('pmcp_build_info{'));
      expect(info).toContain(name);
    },
  );
});
