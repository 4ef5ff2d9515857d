import { describe, expect, it } from 'vitest';
import type { ExchangeListener } from './listener.js';
import { Paths } from './paths.js';

const listener = {} as ExchangeListener;
const other = {} as ExchangeListener;
const server = {};

describe('the paths that serve MCP', () => {
  it('are those of a server by which MCP was reached there', () => {
    const paths = new Paths();
    paths.add('/', listener, server);
    expect(paths.listenerAt('/', server)).toBe(listener);
    expect(paths.listenerAt('/', {})).toBeUndefined();
    expect(paths.listenerAt('/mcp', server)).toBeUndefined();
  });

  it('are those of every server where somebody said so, until they no longer listen', () => {
    const paths = new Paths();
    paths.add('/mcp', listener);
    paths.add('/mcp', other);
    paths.add('/sse', listener);
    expect(paths.listenerAt('/mcp', server)).toBe(other);
    paths.forget(listener);
    expect([paths.listenerAt('/mcp', server), paths.listenerAt('/sse', server)]).toEqual([other, undefined]);
  });

  it('are none on a server that serves something else', () => {
    const paths = new Paths();
    paths.add('/mcp', listener);
    paths.ignore(server);
    expect(paths.listenerAt('/mcp', server)).toBeUndefined();
  });

  it('are never more than can be kept, whatever clients ask for', () => {
    const paths = new Paths();
    for (let i = 0; i < 10_000; i++) paths.add(`/${i}/mcp`, listener, server);
    const known = Array.from({ length: 10_000 }, (_, i) => paths.listenerAt(`/${i}/mcp`, server));
    expect(known.filter((found) => found !== undefined)).toHaveLength(100);
  });
});
