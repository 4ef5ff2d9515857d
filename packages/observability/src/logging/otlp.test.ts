import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { LogRecord } from '../otlp/sdk.js';
import { OtlpLines } from './otlp.js';

const { records } = vi.hoisted(() => ({ records: [] as LogRecord[] }));
vi.mock('../otlp/exporter.js', () => ({
  logExporter: async () => ({
    send: async (batch: LogRecord[]) => {
      records.push(...batch);
      return 0;
    },
    shutdown: async () => {},
  }),
}));
beforeEach(() => void records.splice(0));

const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN_ID = '00f067aa0ba902b7';

/** Returns the OTLP record of a line. */
async function record(line: object | string, isForeign = false): Promise<LogRecord | undefined> {
  const lines = new OtlpLines(() => ({}), { exported() {}, failing() {}, dropped() {} }, isForeign);
  lines.write(typeof line === 'string' ? line : JSON.stringify(line));
  await lines.flush();
  return records[0];
}

describe('a log record', () => {
  it('has the span of its line, and does not claim that it was sampled', async () => {
    const line = { level: 'warn', time: '1970-01-01T00:00:01.500Z', msg: 'hi', size: 3 };
    expect(await record({ ...line, trace_id: TRACE_ID, span_id: SPAN_ID })).toMatchObject({
      hrTime: [1, 5e8],
      severityText: 'warn',
      severityNumber: 13,
      body: 'hi',
      attributes: { size: 3 },
      spanContext: { traceId: TRACE_ID, spanId: SPAN_ID, traceFlags: 0 },
    });
  });

  it.each([
    ['01', 1],
    ['00', 0],
    ['ff', 0],
    [undefined, 0],
  ])('of a line with the trace flags %j has %j', async (trace_flags, traceFlags) => {
    const made = await record({
      level: 'info',
      msg: 'hi',
      trace_id: TRACE_ID,
      span_id: SPAN_ID,
      trace_flags,
    });
    expect(made?.spanContext?.traceFlags).toBe(traceFlags);
    expect(made?.attributes).toEqual({});
  });

  it.each([
    [
      {
        'mcp.method': 'tools/call',
        'mcp.name': 'add',
        outcome: 'tool_error',
        error_type: 'tool_error',
        size: 3,
      },
      {
        'mcp.method.name': 'tools/call',
        'gen_ai.tool.name': 'add',
        outcome: 'tool_error',
        'error.type': 'tool_error',
        size: 3,
      },
    ],
    [
      { 'mcp.method': 'prompts/get', 'mcp.name': 'greet', outcome: 'ok' },
      { 'mcp.method.name': 'prompts/get', 'gen_ai.prompt.name': 'greet', outcome: 'ok' },
    ],
    [
      { 'mcp.method': 'resources/read', 'mcp.name': 'notes' },
      { 'mcp.method.name': 'resources/read', 'mcp.name': 'notes' },
    ],
    // A field of the application, inside and outside a request.
    [
      { 'mcp.method': 'ping', error_type: 'mine' },
      { 'mcp.method.name': 'ping', error_type: 'mine' },
    ],
    [
      { error_type: 'mine', outcome: 'lost', 'mcp.name': 'mine' },
      { error_type: 'mine', outcome: 'lost', 'mcp.name': 'mine' },
    ],
  ])('has the names of the conventions: %j', async (fields, attributes) => {
    expect((await record({ level: 'info', msg: 'hi', ...fields }))?.attributes).toEqual(attributes);
  });

  it.each([
    { trace_id: '1234-abcd' },
    { trace_id: 'req-7', span_id: 3 },
    { trace_id: TRACE_ID },
    { trace_id: TRACE_ID, span_id: 'mine' },
    { trace_id: '0'.repeat(32), span_id: SPAN_ID },
    { span_id: SPAN_ID },
    { trace_id: null },
  ])("keeps the application's own ids as attributes: %j", async (ids) => {
    const made = await record({ level: 'info', msg: 'mine', ...ids });
    expect(made).not.toHaveProperty('spanContext');
    expect(made?.attributes).toEqual(ids);
  });

  it('has a numeric severity, whatever level a line has', async () => {
    expect(await record({ level: 'constructor', msg: 'odd' })).toMatchObject({ severityNumber: 0 });
  });

  it.each(['no JSON', 'null', '"text"'])('uses a line that is no object as its message: %s', async (line) => {
    expect(await record(`${line}\n`)).toMatchObject({ body: line, attributes: {} });
  });

  it("of the application's own logger has no secrets of its line", async () => {
    const line = {
      level: 'info',
      msg: 'no postgres://app:hunter2@db',
      token: 'hunter2',
      at: { dsn: 'redis://:hunter2@h' },
    };
    const made = await record(line, true);
    expect(made).toMatchObject({ body: 'no postgres://[redacted]@db', attributes: { token: '[redacted]' } });
    expect(JSON.stringify(made)).not.toContain('hunter2');
  });
});
