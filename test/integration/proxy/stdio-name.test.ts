import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Collector } from '../../../scripts/collector/collector.js';
import { temporaryFolder } from '../../fixtures/temporary-folder.js';
import { UNTIL_QUIET } from '../../support/measured.js';
import { officialServer, THROUGH_PROXY } from '../../support/proxy.js';
import { until } from '../../support/until.js';

const NAME = 'mcp-servers/everything';

let collector: Collector;
beforeEach(async () => {
  collector = await Collector.start();
});
afterEach(() => collector.stop());

/** A session with a server whose command does not reveal its name. */
async function session(env: Record<string, string> = {}) {
  const folder = temporaryFolder('announced');
  const [command = '', ...args] = [...THROUGH_PROXY, process.execPath, officialServer('everything'), 'stdio'];
  const transport = new StdioClientTransport({
    command,
    args,
    env: {
      PATH: process.env.PATH ?? '',
      PMCP_METRICS_PORT: '0',
      PMCP_METRICS_FILE_SD_DIR: folder,
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_LOGS_EXPORTER: 'otlp',
      OTEL_METRICS_EXPORTER: 'otlp',
      ...env,
    },
    stderr: 'pipe',
  });
  let said = '';
  transport.stderr?.on('data', (chunk) => {
    said += chunk;
  });
  const client = new Client({ name: 'tester', version: '1.0.0' });
  await client.connect(transport);
  await client.callTool({ name: 'echo', arguments: { message: 'hi' } });
  const announced = () =>
    readdirSync(folder)
      .filter((name) => name.endsWith('.json'))
      .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8'))[0].labels.service);
  return { client, announced, lines: () => said.split('\n').filter((line) => line.startsWith('{')) };
}

const services = (items: readonly { readonly resource: Readonly<Record<string, unknown>> }[]) => [
  ...new Set(items.map(({ resource }) => resource['service.name'])),
];

// A client kills its server after two seconds, which may be too few on a busy machine.
it('a stdio server has the name of its handshake in every signal', UNTIL_QUIET, async () => {
  const { client, announced, lines } = await session();
  await until(() => announced().join() === NAME);
  await until(() => lines().some((line) => line.includes('tools/call')));
  const ofRequests = lines().filter((line) => line.includes('"mcp.method"'));
  expect(ofRequests.length).toBeGreaterThanOrEqual(2);
  for (const line of ofRequests) expect(JSON.parse(line).service).toBe(NAME);
  for (const line of lines()) expect(JSON.parse(line).service ?? NAME).toBe(NAME);
  await client.close();
  await until(() => collector.spans.length >= 2 && collector.metrics.length > 0, 10_000);
  expect(services(collector.spans)).toEqual([NAME]);
  expect(services(collector.metrics)).toEqual([NAME]);
  expect(services(collector.logs)).toContain(NAME);
});

it('a stdio server keeps the name that its operator gives it', UNTIL_QUIET, async () => {
  const { client, announced } = await session({ OTEL_SERVICE_NAME: 'notes' });
  await until(() => announced().join() === 'notes');
  await client.close();
  await until(() => collector.spans.length >= 2, 10_000);
  expect(services(collector.spans)).toEqual(['notes']);
});
