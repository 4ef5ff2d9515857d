import { describe, expect, it } from 'vitest';
import type { Figures } from './queries.js';
import { finalTable, statusLine } from './report.js';

const FIGURES: Figures = {
  requests: 1_000,
  outcomes: new Map([
    ['ok', 972],
    ['tool_error', 28],
  ]),
  p50: 0.000_6,
  p95: 0.318,
  p99: 2.44,
  inFlight: 12,
  connections: new Map([
    ['sse', 3],
    ['streamable_http', 20],
  ]),
  tools: [
    { name: 'search_notes', calls: 900, failed: 0, p95: 0.25 },
    { name: '_other', calls: 10, failed: 1, p95: Number.NaN },
  ],
};

describe('statusLine', () => {
  it('is one line with the main figures', () => {
    expect(statusLine(FIGURES, 65, '7 spans, 9 log lines')).toBe(
      '1:05  1000.0 requests/s; p50 0.60 ms, p95 318 ms, p99 2.4 s; 3 sse, 20 streamable_http, 12 in flight; 7 spans, 9 log lines; tool_error 2.8 %',
    );
  });
});

describe('finalTable', () => {
  const clients = new Map([
    ['ok', 972],
    ['cancelled', 7],
  ]);

  it('compares what the clients saw with what Prometheus counted', () => {
    const text = finalTable(FIGURES, 50, clients).join('\n');
    expect(text).toMatch(/^1000 requests in 0:50, 20\.0\/s; p50 0\.60 ms, p95 318 ms, p99 2\.4 s$/m);
    expect(text).toMatch(/^ +ok +972 +97\.2 % +972$/m);
    expect(text).toMatch(/^ +cancelled +0 +0\.0 % +7$/m);
    expect(text).toMatch(/^ +all +1000 +979$/m);
  });

  it('omits the clients when they were cut off', () => {
    const text = finalTable(FIGURES, 50, undefined).join('\n');
    expect(text).not.toContain('clients');
    expect(text).toMatch(/^ +ok +972 +97\.2 %$/m);
  });

  it('has every tool', () => {
    const text = finalTable(FIGURES, 50, clients).join('\n');
    expect(text).toMatch(/^ +search_notes +900 +0\.0 % +250 ms$/m);
    expect(text).toMatch(/^ +_other +10 +100\.0 % +-$/m);
  });
});
