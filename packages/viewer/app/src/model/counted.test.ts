import { describe, expect, it } from 'vitest';
import { countedIn } from './counted.js';
import type { Span } from './trace.js';

const span = (attributes: Span['attributes']): Span => ({
  spanId: '1',
  parentSpanId: '',
  name: 'tools/call add_note',
  service: 'notes',
  startMs: 7_200_000,
  durationMs: 3,
  failed: false,
  message: '',
  attributes,
});

const CALL = { 'mcp.method.name': 'tools/call', 'gen_ai.tool.name': 'add_note', 'pmcp.outcome': 'ok' };

describe('the link from a request to the metrics', () => {
  it('leads to the series of its tool and outcome, around its time', () => {
    expect(countedIn([span({}), span(CALL)])).toEqual({
      series: 'pmcp_requests_total{method="tools/call", name="add_note", outcome="ok"}',
      href: '/d/pmcp-tools?var-tool=add_note&from=5400000&to=9000000',
    });
  });

  it.each(Object.keys(CALL))('is missing if the spans lack %s', (name) => {
    expect(countedIn([span({ ...CALL, [name]: undefined })])).toBeUndefined();
  });

  it('is missing without spans', () => {
    expect(countedIn([])).toBeUndefined();
  });
});
