import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Project } from './project.js';

/** A test that hangs never ends; on a busy machine others take longer than the default of five seconds. */
const MINUTE = 60_000;

/** A test of an application with fake timers; `tool` is `vi` or `jest`. */
const application = (tool: string, from: string) => `
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { createObservability } from '@pmcp/observability';
import { afterEach, beforeEach, expect, test, ${tool} } from '${from}';

beforeEach(() => void ${tool}.useFakeTimers());
afterEach(() => void ${tool}.useRealTimers());

test.each([1, 2])('a shop that is observed, and shut down', async () => {
  const { observe, listen, fetch, shutdown } = createObservability({ metrics: { port: 0 } });
  await listen();
  const server = observe(new McpServer({ name: 'shop', version: '1.0.0' }));
  server.registerTool('add', {}, async () => ({ content: [] }));
  const [here, there] = InMemoryTransport.createLinkedPair();
  const client = new Client({ name: 'tester', version: '1.0.0' });
  await Promise.all([server.connect(here), client.connect(there)]);
  await client.callTool({ name: 'add', arguments: {} });
  const ask = (path) => fetch(new Request('http://localhost' + path));
  expect(await (await ask('/metrics')).text()).toContain('name="add",outcome="ok"} 1');
  expect((await ask('/health')).status).toBe(200);
  await client.close();
  await shutdown();
});
`;

const RUNNERS = [
  {
    title: 'vitest',
    tool: 'vi',
    from: 'vitest',
    // Fakes everything except queueMicrotask and nextTick, which no SDK would survive.
    command: ['vitest', 'run', '--pool', 'threads', '--testTimeout', `${MINUTE}`, 'vitest/'],
  },
  {
    title: 'jest',
    tool: 'jest',
    from: '@jest/globals',
    command: ['node', '--experimental-vm-modules', 'node_modules/jest/bin/jest.js', '--testRegex', 'jest/.*'],
  },
] as const;

let project: Project;
beforeAll(async () => {
  project = await Project.create();
  await project.install(['vitest@latest', 'jest@latest', 'node@24', '@modelcontextprotocol/sdk@1', 'zod@4']);
  await project.write('jest.config.json', JSON.stringify({ transform: {}, testTimeout: MINUTE }));
  for (const { title, tool, from } of RUNNERS) {
    await project.write(`${title}/shop.test.mjs`, application(tool, from));
  }
});
afterAll(() => project.remove());

describe('a test with fake timers, run by', () => {
  it.each(RUNNERS)(
    '$title, does not hang: everything is counted, health answers, and the toolkit shuts down',
    async ({ command }) => {
      const collector = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' };
      for (const env of [{}, { OTEL_TRACES_EXPORTER: 'console', OTEL_LOGS_EXPORTER: 'otlp' }, collector]) {
        const [program, ...args] = command;
        // It fails, and so does this test, if a test does not end in time.
        const said = await project.run(program, args, { NODE_ENV: 'test', VITEST: '', ...env });
        expect(said).toMatch(/2 passed/);
      }
    },
  );
});
