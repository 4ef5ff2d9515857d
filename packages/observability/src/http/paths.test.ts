import { describe, expect, it } from 'vitest';
import type { ExchangeListener } from './listener.js';
import { Paths } from './paths.js';

const listener = {} as ExchangeListener;
const other = {} as ExchangeListener;
const server = {};

describe('the paths that serve MCP', () => {
  it('are those where a server has received MCP', () => {
    const paths = new Paths();
    paths.add('/', listener, server);
    expect(paths.listenerAt('/', server)).toBe(listener);
    expect(paths.listenerAt('/', {})).toBeUndefined();
    expect(paths.listenerAt('/mcp', server)).toBeUndefined();
  });

  it('are those of every server if they are configured, until it no longer listens', () => {
    const paths = new Paths();
    paths.add('/mcp', listener);
    paths.add('/mcp', other);
    paths.add('/sse', listener);
    expect(paths.listenerAt('/mcp', server)).toBe(other);
    paths.forget(listener);
    expect([paths.listenerAt('/mcp', server), paths.listenerAt('/sse', server)]).toEqual([other, undefined]);
  });

  it('do not exist on a server that serves something else', () => {
    const paths = new Paths();
    paths.add('/mcp', listener);
    paths.ignore(server);
    expect(paths.listenerAt('/mcp', server)).toBeUndefined();
  });

  it('are bounded, whatever clients request', () => {
    const paths = new Paths();
    for (let i = 0; i < 10_000; i++) paths.add(`/${i}/mcp`, listener, server);
    const known = Array.from({ length: 10_000 }, (_, i) => paths.listenerAt(`/${i}/mcp`, server));
    expect(known.filter((found) => found !== undefined)).toHaveLength(100);
  });
});
