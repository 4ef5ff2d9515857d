import { describe, expect, it } from 'vitest';
import { Capacity } from './capacity.js';
import { HttpExchange } from './exchange.js';
import type { ExchangeListener } from './listener.js';
import { type RequestHead, WebRequestHead } from './request-head.js';
import { Unclaimed } from './unclaimed.js';

const listener = { exchangeEnded() {}, requestEnded() {} } as unknown as ExchangeListener;
Object.assign(listener, { capacity: new Capacity(listener), sessions: { isEmpty: true, posts: 0 } });

function head(path: string, headers: Record<string, string> = {}, method = 'POST'): RequestHead {
  return new WebRequestHead(new Request(`http://host${path}`, { method, headers }));
}

function waiting(...heads: RequestHead[]) {
  const unclaimed = new Unclaimed<HttpExchange>();
  const exchanges = heads.map((head) => new HttpExchange(listener, head));
  for (const exchange of exchanges) unclaimed.add(exchange);
  return { unclaimed, exchanges };
}

describe('an exchange that waits for its handler', () => {
  it('is found by a request with the same content, and once', () => {
    const { unclaimed, exchanges } = waiting(head('/mcp'), head('/mcp', { 'mcp-method': 'ping' }));
    expect(unclaimed.take(head('/mcp', { 'mcp-method': 'ping' }))).toBe(exchanges[1]);
    expect(unclaimed.take(head('/mcp', { 'mcp-method': 'ping' }))).toBeUndefined();
    expect(unclaimed.take(head('/mcp?session=1'))).toBe(exchanges[0]);
  });

  it('is found by a request whose path a framework has shortened', () => {
    const { unclaimed, exchanges } = waiting(head('/api/mcp'));
    expect(unclaimed.take(head('/other'))).toBeUndefined();
    expect(unclaimed.take(head('/mcp'))).toBe(exchanges[0]);
  });

  it('is not found by a request of another method or session', () => {
    const { unclaimed } = waiting(head('/mcp', { 'mcp-session-id': '1' }));
    expect(unclaimed.take(head('/mcp', { 'mcp-session-id': '2' }))).toBeUndefined();
    expect(unclaimed.take(head('/mcp', { 'mcp-session-id': '1' }, 'GET'))).toBeUndefined();
  });

  it.each([
    ['is answered', (exchange: HttpExchange) => exchange.head(401, undefined, undefined)],
    ['is over', (exchange: HttpExchange) => exchange.ended()],
  ])('waits no longer once it %s', (_, happens) => {
    const { unclaimed, exchanges } = waiting(head('/mcp'));
    for (const exchange of exchanges) happens(exchange);
    expect(unclaimed.take(head('/mcp'))).toBeUndefined();
  });
});
