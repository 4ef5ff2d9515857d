/** What a handler threw is lost to everybody else: both SDKs turn it into an answer. */
type OnThrow = (error: unknown) => void;

type Handler = ((...args: unknown[]) => unknown) & { [WATCHED]?: true };

const WATCHED = Symbol.for('@pmcp/observability.handler');

/** Where the SDKs keep the handlers of a server; each may be missing. */
interface HighLevel {
  readonly server?: LowLevel;
  readonly _registeredTools?: Readonly<Record<string, Record<string, unknown>>>;
}

interface LowLevel {
  readonly _requestHandlers?: Map<string, Handler>;
}

/** A tool's function: SDK v2 calls `executor`, v1 `handler`, its older releases `callback`. */
const TOOL_FUNCTIONS = ['executor', 'handler', 'callback'] as const;

/**
 * Hears of what the handler of a request throws, by a thin layer over it that changes neither its result nor its
 * error. A handler may be registered or replaced at any time, so this is called for every request; what is watched
 * already is left alone.
 */
export function watchHandler(server: object, method: string, name: string, onThrow: OnThrow): void {
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
    // Heard beside the promise, not in its chain: the SDK awaits the one that it would have got without us.
    if (result instanceof Promise) result.then(undefined, onThrow);
    return result;
  };
  layer[WATCHED] = true;
  return layer;
}
