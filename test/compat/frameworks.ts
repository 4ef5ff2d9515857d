import { REQUIRE_BANNER } from '../support/bundled.js';
import type { Wiring } from './served.js';
import type { Era } from './shopper.js';

/** A framework, or a way to serve without one, that the toolkit must support. */
export interface Framework {
  readonly title: string;
  /** The row of the README that it belongs to, if that is not its title. */
  readonly name?: string;
  /** The packages that it needs. The version of the first one is published. */
  readonly packages: readonly string[];
  /** Its program or folder in `servers`. */
  readonly server: string;
  /** A command that must run once before it starts. */
  readonly build?: readonly string[];
  /** The command that starts it; by default its runtime with the program. */
  readonly command?: readonly string[];
  /** Its runtime, if that is not Node. */
  readonly runtime?: 'bun' | 'deno';
  /** The only protocol of its clients, if it accepts no other. */
  readonly era?: Era;
  /** The version of Node that it needs, as a package. */
  readonly node?: string;
  /** The possible ways to observe it: a framework that hides its server has no place for a line of code. */
  readonly wirings: readonly Exclude<Wiring, 'bare'>[];
  /** Why a way is not possible, for readers. */
  readonly note?: string;
  /** Why the register hook finds no server in it, and observes its messages at the edge of the process. */
  readonly heard?: string;
}

/** The command that runs a program in each runtime, with the register hook or without. */
export const RUNTIMES: Readonly<Record<'bun' | 'deno', (hasHook: boolean) => readonly string[]>> = {
  bun: (hasHook) => ['bun', ...(hasHook ? ['--preload', '@pmcp/observability/register'] : [])],
  deno: (hasHook) => [
    ...['deno', 'run', '--allow-all'],
    ...(hasHook ? ['--preload', './node_modules/@pmcp/observability/dist/register.js'] : []),
  ],
};

const BOTH = ['observe', 'register'] as const;
const REGISTER = ['register'] as const;
const SDK = ['@modelcontextprotocol/sdk@1', 'zod@4'];
const BUNDLED = 'it comes with the SDK bundled in';
const NEXT = [
  ...['next@latest', 'react@latest', 'react-dom@latest'],
  ...['mcp-handler@latest', '@modelcontextprotocol/server@2', 'zod@4'],
];
const NEXT_STARTS = ['next', 'start', '--hostname', '127.0.0.1'];
const NODE = 'Node.js 20.19, 22, 24, 26';
const PROCESSES = 'node:cluster, PM2, worker threads';
const NODE_24 = 'node@24';
const NEST = [
  '@rekog/mcp-nest@latest',
  ...['common', 'core', 'microservices', 'platform-express'].map((part) => `@nestjs/${part}@latest`),
  ...['core', 'node', 'server'].map((part) => `@modelcontextprotocol/${part}@2`),
  ...['reflect-metadata', 'rxjs', 'zod@4'],
];
const HONO = ['hono@latest', '@hono/node-server@latest', ...SDK];

const HANDLER = ['mcp-handler@latest', '@modelcontextprotocol/server@2', '@hono/node-server@latest', 'zod@4'];

/** Returns a server that is bundled into one file with its SDK, but without the toolkit. */
function bundledRow(title: string, source: string, packages: readonly string[]): Framework {
  const options = ['--platform=node', '--format=esm', '--external:@pmcp/observability'];
  return {
    title,
    name: 'bundled by esbuild',
    packages: [...packages, 'esbuild@latest'],
    server: 'bundled.mjs',
    build: [
      'esbuild',
      source,
      '--bundle',
      ...options,
      `--banner:js=${REQUIRE_BANNER}`,
      '--outfile=bundled.mjs',
    ],
    command: ['node', 'bundled.mjs'],
    wirings: BOTH,
    heard: 'its SDK is in one file with it',
  };
}

export const frameworks: readonly Framework[] = [
  { title: 'node:http, with sessions', name: NODE, packages: SDK, server: 'http.mjs', wirings: BOTH },
  ...['20.19', '22', '24', '26'].map((version) => ({
    title: `node:http, on Node ${version}`,
    name: NODE,
    packages: SDK,
    node: `node@${version}`,
    server: 'http.mjs',
    wirings: BOTH,
  })),
  ...(['bun', 'deno'] as const).flatMap((runtime) => {
    const name = runtime === 'bun' ? 'Bun' : 'Deno';
    const packages = [`${runtime}@latest`, ...SDK];
    return [
      { title: `node:http, on ${name}`, name, packages, runtime, server: 'http.mjs', wirings: BOTH },
      {
        title: `${name}.serve, without sessions`,
        name,
        packages,
        runtime,
        server: 'fetch.mjs',
        wirings: BOTH,
      },
    ];
  }),
  bundledRow('node:http, with sessions, bundled by esbuild', 'http.mjs', SDK),
  bundledRow('`createMcpHandler` of SDK v2, bundled by esbuild', 'mcp-handler.mjs', HANDLER),
  {
    title: 'Express, with sessions',
    name: 'Express',
    packages: ['express@latest', ...SDK],
    server: 'express.mjs',
    wirings: BOTH,
  },
  {
    title: 'Fastify, with sessions',
    name: 'Fastify',
    packages: ['fastify@latest', ...SDK],
    server: 'fastify.mjs',
    wirings: BOTH,
  },
  { title: 'Hono, without sessions', name: 'Hono', packages: HONO, server: 'hono.mjs', wirings: BOTH },
  {
    title: '@hono/mcp',
    name: 'Hono',
    packages: ['@hono/mcp@latest', ...HONO],
    server: 'hono-mcp.mjs',
    wirings: BOTH,
  },
  {
    title: 'fastmcp',
    packages: ['fastmcp@latest', 'zod@4'],
    server: 'fastmcp.mjs',
    wirings: REGISTER,
    note: 'it hands its server out when that is connected already',
  },
  {
    title: 'mcp-framework',
    // It can read no schemas of zod 4.
    packages: ['mcp-framework@latest', '@modelcontextprotocol/sdk@1', 'zod@3'],
    server: 'mcp-framework.mjs',
    wirings: REGISTER,
    note: 'it keeps its server to itself',
  },
  {
    title: 'mcp-handler',
    packages: HANDLER,
    server: 'mcp-handler.mjs',
    wirings: BOTH,
  },
  {
    title: 'Next.js, with mcp-handler',
    name: 'Next.js',
    packages: NEXT,
    server: 'next',
    build: ['next', 'build'],
    command: NEXT_STARTS,
    wirings: BOTH,
    heard:
      'it bundles the SDK into its routes, unless `serverExternalPackages` names the SDK and `mcp-handler`',
  },
  {
    title: 'Next.js, with the SDK in `serverExternalPackages`',
    name: 'Next.js',
    packages: NEXT,
    server: 'next',
    build: ['env', 'SDK=external', 'next', 'build'],
    command: NEXT_STARTS,
    wirings: BOTH,
  },
  {
    title: '@rekog/mcp-nest',
    name: 'NestJS (@rekog/mcp-nest)',
    packages: NEST,
    server: 'nest.mjs',
    wirings: BOTH,
  },
  {
    title: 'mcp-use',
    packages: ['mcp-use@latest', 'zod@4'],
    node: NODE_24,
    server: 'mcp-use.mjs',
    wirings: REGISTER,
    heard: BUNDLED,
    note: 'it keeps its server to itself',
  },
  {
    title: 'Mastra',
    packages: ['@mastra/mcp@latest', '@mastra/core@latest', 'zod@4'],
    node: NODE_24,
    server: 'mastra.mjs',
    era: '2026',
    wirings: REGISTER,
    note: 'it makes a server for every request by itself',
  },
  {
    title: 'xmcp',
    packages: [
      'xmcp@latest',
      '@xmcp-dev/compiler@latest',
      '@modelcontextprotocol/server@2',
      'zod@4',
      'typescript@5',
    ],
    server: 'xmcp',
    build: ['xmcp', 'build'],
    command: ['node', 'dist/http.js'],
    wirings: REGISTER,
    heard: BUNDLED,
    note: 'it keeps its server to itself',
  },
  {
    title: 'node:cluster, two workers',
    name: PROCESSES,
    packages: HONO,
    server: 'cluster.mjs',
    wirings: BOTH,
  },
  {
    title: 'PM2, cluster mode',
    name: PROCESSES,
    packages: ['pm2@latest', ...HONO],
    server: 'hono.mjs',
    command: ['pm2-runtime', 'start', 'hono.mjs', '--instances', '2'],
    wirings: BOTH,
  },
  {
    title: 'a server in a worker thread',
    name: PROCESSES,
    packages: HONO,
    server: 'thread.mjs',
    wirings: BOTH,
  },
  {
    title: 'npm start, with NODE_OPTIONS',
    packages: SDK,
    server: 'http.mjs',
    build: ['npm', 'pkg', 'set', 'scripts.start=node http.mjs'],
    command: ['npm', 'start'],
    wirings: BOTH,
  },
];
