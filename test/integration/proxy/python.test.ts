import { execFileSync } from 'node:child_process';
import type { Readable } from 'node:stream';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { afterEach, expect, it } from 'vitest';
import { type Samples, scrape } from '../../support/exposition.js';
import { THROUGH_PROXY } from '../../support/proxy.js';
import { announcedPort } from '../../support/stdio.js';
import { until } from '../../support/until.js';

const client = new Client({ name: 'tester', version: '1.0.0' });
afterEach(() => client.close());

it('a server in Python is observed without a change', async () => {
  execFileSync('python3', ['--version']);
  const [command = '', ...args] = [...THROUGH_PROXY, 'python3', 'examples/python-server/server.py'];
  const env = { PATH: process.env.PATH ?? '', PMCP_METRICS_PORT: '0' };
  const transport = new StdioClientTransport({ command, args, env, stderr: 'pipe' });
  const port = announcedPort(transport.stderr as Readable);
  await client.connect(transport);
  await client.listTools();
  await client.callTool({ name: 'word_count', arguments: { text: 'one two three '.repeat(1_000) } });
  expect(await client.callTool({ name: 'divide', arguments: { a: 1, b: 0 } })).toMatchObject({
    isError: true,
  });
  await expect(client.callTool({ name: 'invented' })).rejects.toThrow('unknown tool');

  let samples: Samples = new Map();
  await until(async () => {
    samples = await scrape(await port);
    return samples.get('pmcp_requests_total{method="tools/call",name="_other",outcome="client_error"}') === 1;
  });
  expect(samples.get('pmcp_requests_total{method="tools/call",name="word_count",outcome="ok"}')).toBe(1);
  expect(samples.get('pmcp_requests_total{method="tools/call",name="divide",outcome="tool_error"}')).toBe(1);
  expect(samples.get('pmcp_errors_total{method="tools/call",name="_other",type="-32602"}')).toBe(1);
  expect(samples.get('pmcp_build_info{server="python-server",version="1.0.0",sdk="unknown"}')).toBe(1);
  expect(
    [...samples.keys()].filter((series) => series.startsWith('pmcp_tool_definitions_info')),
  ).toHaveLength(1);
});
