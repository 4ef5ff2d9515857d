import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Collector } from '../../../scripts/collector/collector.js';
import { startHttpProxy } from '../../support/http-proxy.js';
import { corpus, type Line } from '../../support/privacy/corpus.js';
import { until } from '../../support/until.js';

/** The corpus contains all shapes of secrets. */
const LINES = corpus(400, 14).filter(({ secrets }) => secrets.length > 0);
const WAYS = ['result', 'error', 'refused', 'event'] as const;

/** The text of each signal, as its reader sees it. */
const signals: Record<string, string> = {};
let collector: Collector;

/** Answers with the secret of the request, in one of two ways. */
const upstream = createServer(async (incoming, outgoing) => {
  let body = '';
  for await (const chunk of incoming) body += chunk;
  const { id, params } = JSON.parse(body);
  const { text, how } = params.arguments;
  const message = {
    jsonrpc: '2.0',
    id,
    ...(how === 'error' || how === 'refused'
      ? { error: { code: -32603, message: text, data: { text } } }
      : { result: { isError: true, content: [{ type: 'text', text }] } }),
  };
  const type = how === 'event' ? 'text/event-stream' : 'application/json';
  const json = JSON.stringify(message);
  outgoing.writeHead(how === 'refused' ? 401 : 200, { 'Content-Type': type, 'X-Secret': encodeURI(text) });
  outgoing.end(how === 'event' ? `data: ${json}\n\n` : json);
});

beforeAll(async () => {
  upstream.listen(0, '127.0.0.1');
  await once(upstream, 'listening');
  collector = await Collector.start();
  const { port } = upstream.address() as AddressInfo;
  const proxy = await startHttpProxy(`http://127.0.0.1:${port}`, [], {
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_LOGS_EXPORTER: 'otlp',
    OTEL_BSP_SCHEDULE_DELAY: '50',
    OTEL_BLRP_SCHEDULE_DELAY: '50',
  });
  signals['log lines'] = '';
  proxy.child.stderr?.on('data', (data) => {
    signals['log lines'] += data;
  });
  for (const line of LINES) for (const how of WAYS) await ask(proxy.url, line, how);
  const calls = () => collector.spans.filter(({ name }) => name.startsWith('tools/call')).length;
  await until(() => calls() >= LINES.length * WAYS.length);
  for (const path of ['/metrics', '/health'])
    signals[path] = await (await fetch(`http://127.0.0.1:${proxy.port}${path}`)).text();
  signals.spans = textsIn(collector.spans).join('\n');
  signals['log records'] = textsIn(collector.logs).join('\n');
  await proxy.stop();
});

afterAll(() => {
  upstream.close();
  collector.stop();
});

async function ask(url: string, { text }: Line, how: (typeof WAYS)[number]): Promise<void> {
  const params = { name: 'ask', arguments: { text, how }, _meta: { note: text } };
  const headers = {
    'Content-Type': 'application/json',
    Authorization: `Bearer ${encodeURIComponent(text)}`,
    Cookie: encodeURIComponent(text),
  };
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params });
  await (await fetch(`${url}/mcp?q=${encodeURIComponent(text)}`, { method: 'POST', headers, body })).text();
}

/** Returns all strings in a value, also keys, without JSON punctuation. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, part]) => [key, ...textsIn(part)]);
}

describe('the proxy with default settings, when arguments, answers, headers and queries contain secrets,', () => {
  it.each(['/metrics', '/health', 'log lines', 'spans', 'log records'])(
    'reveals none in its %s',
    (signal) => {
      const shown = signals[signal] ?? '';
      const leaked = LINES.filter(({ secrets }) =>
        secrets.some((secret) => shown.includes(secret) || shown.includes(encodeURIComponent(secret))),
      );
      expect(leaked.map(({ shape, text }) => [shape, text])).toEqual([]);
    },
  );

  it('shows the message of an error in its log line, and no text of a tool that failed', () => {
    const lines = (signals['log lines'] ?? '').split('\n').filter((line) => line.includes('"outcome"'));
    const sampled = /^pmcp_telemetry_dropped_total{signal="logs",reason="sampled"} (\d+)$/m;
    const dropped = Number(sampled.exec(signals['/metrics'] ?? '')?.[1] ?? 0);
    expect(lines.length + dropped).toBe(LINES.length * WAYS.length);
    const errors = (outcome: string) => {
      const of = lines.map((line) => JSON.parse(line)).filter((line) => line.outcome === outcome);
      return new Set(of.map(({ error }) => typeof error));
    };
    expect(errors('tool_error')).toEqual(new Set(['undefined']));
    expect(errors('server_error')).toEqual(new Set(['string']));
  });

  it('still shows all of these requests, refused calls as spans too', () => {
    expect(LINES.length).toBeGreaterThan(50);
    expect(signals['/metrics']).toContain('outcome="tool_error"');
    expect(signals['/metrics']).toContain('outcome="client_error"');
    const outcomes = collector.spans.map(({ attributes }) => attributes['pmcp.outcome']);
    for (const outcome of ['tool_error', 'server_error', 'client_error'])
      expect(outcomes.filter((one) => one === outcome).length).toBeGreaterThanOrEqual(LINES.length);
    expect(signals['log records']).toContain('tools/call');
  });
});
