import { describe, expect, it } from 'vitest';
import type { Figures } from './queries.js';
import { connections, screen } from './screen.js';

const LINKS = {
  page: 'http://localhost:65535',
  mcp: 'http://127.0.0.1:65535/mcp',
  admin: 'http://127.0.0.1:65535',
  prometheus: 'http://127.0.0.1:65535/api/v1/query?query=pmcp_requests_total',
};

const ARRIVED = '1000000 spans, 1000000 log lines';

const FIGURES: Figures = {
  requests: 1_234.5,
  outcomes: new Map([
    ['ok', 1_200],
    ['tool_error', 34],
    ['server_error', 0.5],
  ]),
  p50: 0.000_6,
  p95: 0.318,
  p99: 299.6,
  inFlight: 12,
  connections: new Map([
    ['stdio', 0],
    ['sse', 3],
    ['streamable_http', 1_000],
  ]),
  tools: Array.from({ length: 9 }, (_, i) => ({ name: `tool_${i}`, calls: 100 - i, failed: 0.5, p95: 0.25 })),
};

const NONE: Figures = {
  requests: 0,
  outcomes: new Map(),
  p50: Number.NaN,
  p95: Number.NaN,
  p99: Number.NaN,
  inFlight: 0,
  connections: new Map(),
  tools: [],
};

describe('screen', () => {
  it.each([FIGURES, NONE])('fits 80 by 24', (figures) => {
    const lines = screen(figures, 86_400, LINKS, ARRIVED, false);
    expect(lines.length).toBeLessThanOrEqual(24);
    for (const line of lines) expect(line.length, line).toBeLessThanOrEqual(80);
  });

  it('shows the URL, how to stop, and that failures are intended, also on the smallest terminal', () => {
    const shown = screen(FIGURES, 86_400, LINKS, ARRIVED, false)
      .slice(0, 10)
      .map((line) => line.slice(0, 40))
      .join('\n');
    expect(shown).toContain(LINKS.page);
    expect(shown).toContain('Ctrl-C ends');
    expect(shown).toContain('on purpose');
  });

  it('has the same text with and without colours', () => {
    const escapes = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, 'g');
    const coloured = screen(FIGURES, 1, LINKS, ARRIVED, true).join('\n');
    expect(coloured).toMatch(escapes);
    expect(coloured.replace(escapes, '')).toBe(screen(FIGURES, 1, LINKS, ARRIVED, false).join('\n'));
  });

  it('draws a bar for a rare failure, and none without failures', () => {
    const text = screen(FIGURES, 1, LINKS, ARRIVED, false).join('\n');
    expect(text).toMatch(/server_error.* 0\.0 % {3}█$/m);
    expect(text).toMatch(/client_error.* 0\.0 %$/m);
  });

  it('has dashes for missing values', () => {
    const text = screen(NONE, 1, LINKS, ARRIVED, false).join('\n');
    expect(text).not.toMatch(/NaN|undefined|Infinity/);
    expect(text).toContain('p95 -');
  });
});

describe('connections', () => {
  it('omits unused transports', () => {
    expect(connections(FIGURES)).toBe('3 sse, 1000 streamable_http');
    expect(connections(NONE)).toBe('0');
  });
});
