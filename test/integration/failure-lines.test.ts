import { Client, InMemoryTransport } from '@modelcontextprotocol/client';
import { McpServer as McpServerV1 } from '@modelcontextprotocol/sdk/server/mcp.js';
import { McpServer } from '@modelcontextprotocol/server';
import { createObservability, type Options } from '@pmcp/observability';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Collector } from '../../scripts/collector/collector.js';
import { loadExporters } from '../support/exporters-loaded.js';

beforeAll(loadExporters);

type Tools = Readonly<Record<string, () => unknown>>;

/** What a failed tool tells its caller: the message of an error, or a result of its own. */
const TOOLS: Tools = {
  throws: () => {
    throw new Error('no such table');
  },
  rejects: () => Promise.reject(new Error('no connection')),
  refuses: () => ({ isError: true, content: [{ type: 'text', text: 'the salary of Ada is 90,000' }] }),
};

const SDKS = {
  v1: (tools: Tools) => {
    const server = new McpServerV1({ name: 'v1', version: '1.0.0' });
    for (const [name, run] of Object.entries(tools))
      server.registerTool(name, { inputSchema: { count: z.number() } }, run as never);
    return server;
  },
  v2: (tools: Tools) => {
    const server = new McpServer({ name: 'v2', version: '1.0.0' });
    for (const [name, run] of Object.entries(tools))
      server.registerTool(name, { inputSchema: z.object({ count: z.number() }) }, run as never);
    return server;
  },
};

type Sdk = keyof typeof SDKS;

/** Calls each tool, and one with a wrong argument. @returns `error` of each call's line */
async function errorsOf(sdk: Sdk, options: Options, freeze = false): Promise<Record<string, unknown>> {
  const errors: Record<string, unknown> = {};
  const write = (text: string) => {
    const line = JSON.parse(text);
    if (line['mcp.method'] === 'tools/call') errors[line['mcp.name']] = line.error;
  };
  const observability = createObservability({
    metrics: { port: false, runtime: false },
    shutdown: { onSigterm: false, deadlineMs: 10 },
    log: { destination: { write } },
    ...options,
  });
  const server = SDKS[sdk](TOOLS);
  if (freeze) for (const tool of Object.values(Reflect.get(server, '_registeredTools'))) Object.freeze(tool);
  const [ofClient, ofServer] = InMemoryTransport.createLinkedPair();
  await observability.observe(server).connect(ofServer as never);
  await observability.listen();
  const client = new Client({ name: 'test', version: '1.0.0' });
  await client.connect(ofClient);
  for (const name of Object.keys(TOOLS)) await client.callTool({ name, arguments: { count: 1 } });
  await client.close();
  await observability.shutdown();
  return errors;
}

const THROWN = { throws: 'no such table', rejects: 'no connection' };

describe.each(Object.keys(SDKS) as Sdk[])('the line of a failed call of a server with SDK %s', (sdk) => {
  it('has the message of the error that the tool threw, but no text of a result', async () => {
    expect(await errorsOf(sdk, {})).toEqual({ ...THROWN, refuses: undefined });
  });

  it('has the same beside spans', async () => {
    const collector = await Collector.start();
    try {
      const traces = { exporter: 'otlp', endpoint: collector.url } as const;
      expect(await errorsOf(sdk, { traces })).toEqual({ ...THROWN, refuses: undefined });
    } finally {
      collector.stop();
    }
  });

  it('has the text of the result too if results are captured', async () => {
    const traces = { capture: { results: true } };
    expect(await errorsOf(sdk, { traces })).toEqual({ ...THROWN, refuses: 'the salary of Ada is 90,000' });
  });

  it('has no message if the tools cannot be watched, which hurts no call', async () => {
    const none = { throws: undefined, rejects: undefined, refuses: undefined };
    expect(await errorsOf(sdk, {}, true)).toEqual(none);
  });
});
