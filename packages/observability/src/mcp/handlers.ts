/** Receives what a handler threw. Both SDKs turn it into an answer, so nothing else sees it. */
type OnThrow = (error: unknown) => void;

type Handler = ((...args: unknown[]) => unknown) & { [WATCHED]?: true };

const WATCHED = Symbol.for('@pmcp/observability.handler');

/** The places where the SDKs keep the handlers of a server. Each may be missing. */
interface HighLevel {
  readonly server?: LowLevel;
  readonly _registeredTools?: Readonly<Record<string, Record<string, unknown>>>;
}

interface LowLevel {
  readonly _requestHandlers?: Map<string, Handler>;
}

/** The function of a tool: `executor` in SDK v2, `handler` in v1, `callback` in older releases of v1. */
const TOOL_FUNCTIONS = ['executor', 'handler', 'callback'] as const;

/**
 * Wraps the handler of a request to learn what it throws. The wrapper changes neither the result nor the error. A handler may
 * be registered or replaced at any time, so this is called for every request; a wrapped handler is not wrapped again. Never
 * throws: a server that cannot be changed is not watched.
 */
export function watchHandler(server: object, method: string, name: string, onThrow: OnThrow): void {
  try {
    watch(server, method, name, onThrow);
  } catch {
    // Its errors are then seen only in its answers.
  }
}

function watch(server: object, method: string, name: string, onThrow: OnThrow): void {
  const { server: inner = server as LowLevel, _registeredTools: tools } = server as HighLevel;
  const tool = tools !== undefined && Object.hasOwn(tools, name) ? tools[name] : undefined;
  if (method === 'tools/call' && tool !== undefined) watchTool(tool, onThrow);
  const handlers = inner._requestHandlers;
  const handler = handlers?.get(method);
  if (typeof handler === 'function' && !handler[WATCHED]) handlers?.set(method, watched(handler, onThrow));
}

function watchTool(tool: Record<string, unknown>, onThrow: OnThrow): void {
  const key = TOOL_FUNCTIONS.find((candidate) => typeof tool[candidate] === 'function');
  if (key === undefined) return;
  const handler = tool[key] as Handler;
  if (!handler[WATCHED]) tool[key] = watched(handler, onThrow);
}

function watched(handler: Handler, onThrow: OnThrow): Handler {
  const layer: Handler = function (this: unknown, ...args) {
    let result: unknown;
    try {
      result = handler.apply(this, args);
    } catch (error) {
      onThrow(error);
      throw error;
    }
    // Only listens to the promise: the SDK awaits the original one.
    if (result instanceof Promise) result.then(undefined, onThrow);
    return result;
  };
  layer[WATCHED] = true;
  return layer;
}
