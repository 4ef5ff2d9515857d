import { logWarning } from './codes/tell.js';
import { defaultObservability } from './default.js';
import { BAD_OPTION } from './expect.js';
import type { McpHandler } from './http/handler.js';
import type { ConnectionContext } from './mcp/context.js';
import type { ServerInfo } from './mcp/server.js';
import type { Observability } from './observability.js';
import { hearHttp, hearStdio } from './register/heard.js';
import type { CreateHandler, ServerClass, Serving } from './register/hook.js';

let observability: Observability | undefined;
let isStarted = false;

/**
 * Only a process that has a server gets a toolkit, opens the port and pushes metrics, since `NODE_OPTIONS` also loads this hook
 * into npm and every other Node program. None of them may say or do anything else because of it.
 */
function toolkit(): Observability {
  if (observability === undefined) {
    observability = defaultObservability();
    observability.followOwn();
  }
  return observability;
}

function start(): Observability {
  const started = toolkit();
  if (!isStarted) {
    isStarted = true;
    started.start();
  }
  return started;
}

const patched = new WeakSet<ServerClass>();
/** The McpServer around a low-level server. It knows the names of the tools. */
const wrappers = new WeakMap<object, object>();

function patch(server: ServerClass): void {
  const { connect } = server.prototype;
  if (typeof connect !== 'function' || patched.has(server)) return;
  patched.add(server);
  startOrExit();
  server.prototype.connect = function (transport, ...rest) {
    if (this.server) wrappers.set(this.server, this);
    else toolkit().watching.attach(wrappers.get(this) ?? this, transport);
    return connect.call(this, transport, ...rest);
  };
}

/** Reports a bad variable in one line without a stack, since the operator did not write the program. */
function startOrExit(): void {
  try {
    start();
  } catch (error) {
    report(error);
    process.exit(1);
  }
}

function report(error: unknown): void {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code !== BAD_OPTION) throw error;
  process.stderr.write(`@pmcp/observability: ${message} (${code})\n`);
}

/** The default of SDK v2. */
const DEFAULT_MAX_SUBSCRIPTIONS = 1024;

function observing(create: CreateHandler): CreateHandler {
  startOrExit();
  return function createMcpHandler(factory, options) {
    const handler = create(factory, options) as McpHandler;
    toolkit().watching.attachHandler(handler, options?.maxSubscriptions ?? DEFAULT_MAX_SUBSCRIPTIONS);
    return handler;
  };
}

/** Starts what hears a server that was not found. The name of the server is in its handshake. */
function connections(): ConnectionContext {
  const { watching } = toolkit();
  watching.connecting({ name: undefined, version: undefined, sdk: '' });
  start();
  return watching.connections;
}

const introduced = (server: ServerInfo) => toolkit().served.introduced(server);

export const serving: Serving = {
  server: patch,
  handlers: observing,
  // This server works already, so a bad variable does not end it.
  prepare() {
    try {
      toolkit();
    } catch (error) {
      report(error);
      throw error;
    }
  },
  hearHttp(clock) {
    const context = connections();
    void start().open();
    return hearHttp(context, introduced, clock);
  },
  hearStdio(clock) {
    const context = connections();
    return () => hearStdio(context, introduced, clock);
  },
  ready: () => toolkit().ready(),
  info: (text) => toolkit().log.info(text),
  warn: (text) => logWarning(toolkit().log, 'PMCP_W_SERVER_UNSEEN', text),
  failed: () => observability?.watching.connections.recorder.dropped('internal_error'),
};
