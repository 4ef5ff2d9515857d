import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { PassThrough } from 'node:stream';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StdioServerTransport as StdioV1 } from '@modelcontextprotocol/sdk/server/stdio.js';
import { StdioServerTransport as StdioV2 } from '@modelcontextprotocol/server/stdio';
import { trace } from '@opentelemetry/api';
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';
import { afterEach, describe, expect, it } from 'vitest';
import { createObservability } from '../index.js';
import { isLargeLine, MAX_SEARCHED_BYTES, noteLargeLines } from './large-lines.js';

afterEach(() => trace.disable());

const note = (text: string) => JSON.stringify({ jsonrpc: '2.0', method: 'note', params: { text } });
const BESIDE = note('').length;
/** As many bytes, with the line feed. */
const lineOf = (bytes: number) => `${note('x'.repeat(bytes - BESIDE - 1))}\n`;

describe.each([
  ['v1', StdioV1],
  ['v2', StdioV2],
])('a line over stdio, with SDK %s', (_, Stdio) => {
  it('is known to be large by its bytes, however it is cut and whatever comes beside it', async () => {
    const stdin = new PassThrough();
    const transport = new Stdio(stdin, new PassThrough());
    const came: [number, boolean][] = [];
    transport.onmessage = (message: object) => {
      const { params } = message as { params: { text: string } };
      came.push([params.text.length, isLargeLine(message)]);
    };
    noteLargeLines(transport);
    await transport.start();
    const sizes = [1_000, MAX_SEARCHED_BYTES, MAX_SEARCHED_BYTES + 1, 1_000, 4_000_000, 500];
    const all = Buffer.from(sizes.map((bytes) => lineOf(bytes)).join(''));
    for (let at = 0; at < all.length; at += 50_001) {
      if (!stdin.write(all.subarray(at, at + 50_001))) await once(stdin, 'drain');
    }
    stdin.end();
    await once(stdin, 'end');
    expect(came).toEqual(sizes.map((bytes) => [bytes - BESIDE - 1, bytes > MAX_SEARCHED_BYTES]));
    await transport.close();
  });
});

it('keeps captured arguments of 40,000 keys over stdio from being searched, and shows those of others', async () => {
  const exporter = new InMemorySpanExporter();
  trace.setGlobalTracerProvider(
    new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }),
  );
  const toolkit = createObservability({
    metrics: { port: false },
    log: { level: 'fatal' },
    traces: { capture: { arguments: true } },
    shutdown: { onSigterm: false },
  });
  const server = new McpServer({ name: 'notes', version: '1.0.0' });
  const [stdin, stdout] = [new PassThrough(), new PassThrough()];
  await toolkit.observe(server).connect(new StdioV1(stdin, stdout));
  const call = (id: number, values: object) =>
    `${JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params: { name: 'a', arguments: values } })}\n`;
  stdin.write(call(1, Object.fromEntries(Array.from({ length: 40_000 }, (_, i) => [`k${i}`, 1]))));
  stdin.write(call(2, { a: 'shown' }));
  let answers = 0;
  for await (const _ of createInterface({ input: stdout })) if (++answers === 2) break;
  const shown = exporter.getFinishedSpans().map(({ attributes }) => attributes['gen_ai.tool.call.arguments']);
  expect(shown.sort()).toEqual(['[cut: the request is too large]', '{"a":"shown"}']);
  await toolkit.shutdown();
});
