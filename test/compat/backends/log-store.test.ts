import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from '@modelcontextprotocol/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Collector } from '../../../scripts/collector/collector.js';
import { Children } from '../../../scripts/start/children.js';
import { startServer } from '../../../scripts/start/server.js';
import { connectClient } from '../../support/http-server.js';
import { until } from '../../support/until.js';
import { openVictoriaLogs } from '../stores.js';

type Line = Readonly<Record<string, string>>;

const ARRIVES_WITHIN_MS = 60_000;
const ASKED = '0af7651916cd43dd8448eb211c80319c';
const OTHER = '4bf92f3577b34da6a3ce929d0e0e4736';

const deaths: string[] = [];
const children = new Children((message) => deaths.push(message));
const folder = mkdtempSync(join(tmpdir(), 'pmcp-log-store-'));
let spans: Collector;
let store: string;

/** Returns the lines that a query of VictoriaLogs finds. */
async function find(query: string): Promise<Line[]> {
  const body = new URLSearchParams({ query });
  const response = await fetch(`${store}/select/logsql/query`, { method: 'POST', body });
  const lines = (await response.text()).split('\n').filter(Boolean);
  return lines.map((line) => JSON.parse(line) as Line);
}

function call(client: Client, trace: string, name: string, given: object): Promise<unknown> {
  const _meta = { traceparent: `00-${trace}-b7ad6b7169203331-01` };
  return client.callTool({ name, arguments: given, _meta } as never);
}

beforeAll(async () => {
  spans = await Collector.start();
  store = await openVictoriaLogs(children, folder);
  process.env.OTEL_EXPORTER_OTLP_LOGS_PROTOCOL = 'http/protobuf';
  process.env.OTEL_EXPORTER_OTLP_LOGS_ENDPOINT = `${store}/insert/opentelemetry/v1/logs`;
  const { mcp } = await startServer(children, spans.url).finally(() => {
    delete process.env.OTEL_EXPORTER_OTLP_LOGS_PROTOCOL;
    delete process.env.OTEL_EXPORTER_OTLP_LOGS_ENDPOINT;
  });
  const client = await connectClient(new URL(mcp));
  await call(client, ASKED, 'search_notes', { query: 'milk' });
  await call(client, ASKED, 'delete_note', { id: 'no such note' });
  await call(client, OTHER, 'search_notes', { query: 'bread' });
  await client.close();
  await until(async () => (await find(`trace_id:"${OTHER}"`)).length > 0, ARRIVES_WITHIN_MS);
});

afterAll(async () => {
  await children.stop();
  await spans.stop();
  rmSync(folder, { recursive: true });
});

describe('a store of logs that a server sends its lines to', () => {
  it('finds the lines of one trace, and no others', async () => {
    const lines = await find(`trace_id:"${ASKED}" | sort by (_time)`);
    expect(lines.map(({ _msg }) => _msg)).toEqual(['tools/call search_notes', 'tools/call delete_note']);
  });

  it('leads from a line to its span', async () => {
    const lines = await find(`trace_id:"${ASKED}"`);
    const exported = () => spans.spans.filter(({ traceId }) => traceId === ASKED);
    await until(() => exported().length === lines.length, ARRIVES_WITHIN_MS);
    expect(lines.map(({ span_id }) => span_id).sort()).toEqual(
      exported()
        .map(({ spanId }) => spanId)
        .sort(),
    );
  });

  it('finds failed calls by the names of the conventions, with the level and the server of each', async () => {
    const failed = await find('"error.type":tool_error "mcp.method.name":"tools/call"');
    expect(failed).toMatchObject([
      {
        'gen_ai.tool.name': 'delete_note',
        trace_id: ASKED,
        severity_text: 'warn',
        severity_number: '13',
        'service.name': 'notes',
      },
    ]);
  });

  it('has lost no program', () => {
    expect(deaths).toEqual([]);
  });
});
