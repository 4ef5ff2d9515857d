/**
 * `node --import @pmcp/observability/register server.js` observes every server that the process creates with either SDK, without
 * a change of code. A server that was bundled with its SDK can't be found this way. Its messages are observed where they enter
 * and leave the process.
 */

import Module, { type LoadFnOutput } from 'node:module';
import { logWarning } from './codes/tell.js';
import { defaultObservability } from './default.js';
import { BAD_OPTION } from './expect.js';
import type { McpHandler } from './http/handler.js';
import type { Transport } from './mcp/transport-kind.js';
import { type Bun, hookBun } from './register/bun.js';
import { withEpilogue } from './register/esm-hooks.js';
import { EPILOGUE, HOOK, isEsModule, isSdkModule } from './register/transform.js';
import { noticeUnseen } from './register/unseen.js';

interface ServerClass {
  readonly prototype: {
    connect?: (
      this: { readonly server?: object },
      transport: Transport,
      ...rest: unknown[]
    ) => Promise<unknown>;
  };
}

const observability = toolkit();
let isStarted = false;

/**
 * Only a process that has a server opens the port and pushes metrics, since `NODE_OPTIONS` also loads this hook into npm and
 * every other Node program.
 */
function start(): void {
  if (isStarted) return;
  isStarted = true;
  observability.start();
}

const patched = new WeakSet<ServerClass>();
/** The McpServer around a low-level server. It knows the names of the tools. */
const wrappers = new WeakMap<object, object>();

function patch(server: ServerClass): void {
  const { connect } = server.prototype;
  if (typeof connect !== 'function' || patched.has(server)) return;
  patched.add(server);
  start();
  server.prototype.connect = function (transport, ...rest) {
    if (this.server) wrappers.set(this.server, this);
    else observability.watching.attach(wrappers.get(this) ?? this, transport);
    return connect.call(this, transport, ...rest);
  };
}

/** Reports a bad variable in one line without a stack, since the operator did not write the program. */
function toolkit() {
  try {
    return defaultObservability();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== BAD_OPTION) throw error;
    process.stderr.write(`@pmcp/observability: ${message} (${code})\n`);
    process.exit(1);
  }
}

/** The default of SDK v2. */
const DEFAULT_MAX_SUBSCRIPTIONS = 1024;

type CreateHandler = (factory: unknown, options?: { readonly maxSubscriptions?: number }) => McpHandler;

function observing(create: CreateHandler): CreateHandler {
  start();
  return function createMcpHandler(factory, options) {
    const handler = create(factory, options);
    observability.watching.attachHandler(handler, options?.maxSubscriptions ?? DEFAULT_MAX_SUBSCRIPTIONS);
    return handler;
  };
}

interface ModuleInternals {
  prototype: { _compile(this: unknown, source: string, filename: string, ...rest: unknown[]): unknown };
}

function hookCommonJs(): void {
  const { prototype } = Module as unknown as ModuleInternals;
  const compile = prototype._compile;
  prototype._compile = function (source, filename, ...rest) {
    // A required ES module comes here too. The loader hook already changed it.
    const isCommonJs = typeof source === 'string' && !isEsModule(filename);
    return compile.call(
      this,
      isCommonJs && isSdkModule(filename) ? source + EPILOGUE : source,
      filename,
      ...rest,
    );
  };
}

/** Node 22.15 and later have synchronous hooks. Older versions load a module of hooks on its own thread. */
interface SyncHooks {
  registerHooks?(hooks: {
    load(
      url: string,
      context: unknown,
      nextLoad: (url: string, context: unknown) => LoadFnOutput,
    ): LoadFnOutput;
  }): void;
}

function hookEsm(): void {
  const { registerHooks } = Module as unknown as SyncHooks;
  if (registerHooks) {
    registerHooks({ load: (url, context, nextLoad) => withEpilogue(url, nextLoad(url, context)) });
  } else {
    Module.register('./register/esm-hooks.js', import.meta.url);
  }
}

function hookLoaders(): void {
  const { Bun } = globalThis as { Bun?: Bun };
  if (Bun) {
    hookBun(Bun);
    return;
  }
  hookCommonJs();
  hookEsm();
}

observability.followOwn();
(globalThis as Record<symbol, unknown>)[Symbol.for(HOOK)] = { server: patch, handlers: observing };
hookLoaders();
noticeUnseen({
  get isSeen() {
    return observability.watching.isSeen;
  },
  hear(way) {
    // The name of the server is in its handshake.
    observability.watching.connecting({ name: undefined, version: undefined, sdk: '' });
    start();
    if (way === 'http') void observability.open();
    return observability.watching.connections;
  },
  introduced: (server) => observability.served.introduced(server),
  ready: () => observability.ready(),
  info: (text) => observability.log.info(text),
  warn: (text) => logWarning(observability.log, 'PMCP_W_SERVER_UNSEEN', text),
  failed: () => observability.watching.connections.recorder.dropped('internal_error'),
});
