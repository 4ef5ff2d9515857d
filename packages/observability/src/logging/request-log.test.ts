import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { Exchange } from '../mcp/exchange.js';
import type { Peer } from '../mcp/peer.js';
import { createFamilies } from '../metrics/families.js';
import { MethodSeries } from '../metrics/operation.js';
import type { Ending, Outcome } from '../protocol/outcome.js';
import { PinoLines } from './pino-lines.js';
import { RequestLog } from './request-log.js';

const peer: Peer = {
  number: 7,
  kind: 'stdio',
  sessionId: 'a secret',
  protocolVersion: '2025-06-18',
  client: 'inspector',
  address: undefined,
  server: undefined,
};

function requestLog(maxPerSecond: number, level = 'info') {
  const lines: Record<string, unknown>[] = [];
  const logger = pino({ level, base: null }, { write: (line) => void lines.push(JSON.parse(line)) });
  let sampled = 0;
  const log = new RequestLog(
    new PinoLines(logger),
    maxPerSecond,
    () => sampled++,
    () => false,
  );
  const exchange = new Exchange();
  exchange.series = new MethodSeries(createFamilies(), 'tools/call', true);
  exchange.name = 'search';
  const write = (outcome: Outcome, type = '', more: Partial<Ending> = {}) =>
    log.write(exchange, 'search', 0.0123456, peer, { outcome, type, ...more });
  return { lines, write, sampled: () => sampled };
}

describe('the line of a finished request', () => {
  it('has the request, the outcome, the duration and the client, and no secret', () => {
    const { lines, write } = requestLog(10);
    write('tool_error', 'tool_error');
    expect(lines).toEqual([
      {
        level: 40,
        time: expect.any(Number),
        'mcp.method': 'tools/call',
        'mcp.name': 'search',
        outcome: 'tool_error',
        error_type: 'tool_error',
        duration_ms: 12.346,
        client: 'inspector',
        transport: 'stdio',
        connection: 7,
        msg: 'tools/call search',
      },
    ]);
  });

  it.each([
    ['ok', 30],
    ['cancelled', 30],
    ['input_required', 30],
    ['task', 30],
    ['_other', 30],
    ['client_error', 40],
    ['tool_error', 40],
    ['server_error', 50],
  ] as const)('of a request that ended %s has level %i', (outcome, level) => {
    const { lines, write } = requestLog(10);
    write(outcome);
    expect(lines[0]?.level).toBe(level);
  });

  it('of a refused request is a warning, whatever refused it', () => {
    const { lines, write } = requestLog(10);
    write('client_error', 'unauthorized', { isRefused: true });
    write('server_error', 'other', { isRefused: true });
    expect(lines.map(({ level }) => level)).toEqual([40, 40]);
  });

  it('is sampled above a rate and counted, and successes leave room for failures', () => {
    const { lines, write, sampled } = requestLog(2);
    for (let i = 0; i < 5; i++) write('ok');
    for (let i = 0; i < 3; i++) write('server_error', '-32603');
    expect(lines.map(({ outcome }) => outcome)).toEqual(['ok', 'ok', 'server_error', 'server_error']);
    expect(sampled()).toBe(4);
  });

  it('that is below the level is neither written nor counted as lost', () => {
    const { lines, write, sampled } = requestLog(1, 'error');
    for (let i = 0; i < 3; i++) write('ok');
    expect([lines, sampled()]).toEqual([[], 0]);
  });
});
