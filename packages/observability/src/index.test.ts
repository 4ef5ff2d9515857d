import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { McpServer as V1McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { McpServer as V2McpServer } from '@modelcontextprotocol/server';
import { describe, expect, it } from 'vitest';
import * as api from './index.js';

const sources = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  .map((file) => readFileSync(join(import.meta.dirname, file), 'utf8'));

describe('the package', () => {
  it('exports exactly these names: a new export is a new promise', () => {
    expect(Object.keys(api).sort()).toEqual(['checks', 'createObservability', 'observe']);
    expect(Object.keys(api.checks).sort()).toEqual([
      'disk',
      'eventLoop',
      'memory',
      'postgres',
      'redis',
      'tcp',
    ]);
  });

  it('imports at run time only its dependencies, its peer and Node itself', () => {
    const imports = sources.flatMap((source) =>
      [...source.matchAll(/^(?!import type|\s*\*).* from '([^.'][^']*)'/gm)].map(([, name]) => name!),
    );
    const packages = new Set(imports.filter((name) => !name.startsWith('node:')));
    expect([...packages].sort()).toEqual(['@opentelemetry/api', 'pino', 'prom-client']);
  });
});

describe('observe', () => {
  it('rejects an invalid server, and says what it expected', () => {
    expect(() => api.observe({})).toThrow(
      new TypeError(
        'Expected `server` to be an MCP server with a connect method, or what createMcpHandler returns, got an object',
      ),
    );
  });

  it('returns the same server', () => {
    const { observe } = api.createObservability({ metrics: { port: false, runtime: false } });
    const server = { connect: async () => {} };
    expect(observe(server)).toBe(server);
  });

  it.each([
    ['v1', V1McpServer],
    ['v2', V2McpServer],
  ])('shows a server of SDK %s before it has a client', async (sdk, McpServer) => {
    const { observe, registry } = api.createObservability({
      metrics: { port: false, runtime: false },
      shutdown: { onSigterm: false },
    });
    observe(new McpServer({ name: 'early', version: '1.2.3' }));
    const text = await registry.metrics();
    expect(text).toContain(`sdk="typescript-${sdk}"`);
    expect(text).toMatch(/^pmcp_build_info{server="early",version="1.2.3",sdk="typescript-v\d"} 1$/m);
  });
});
