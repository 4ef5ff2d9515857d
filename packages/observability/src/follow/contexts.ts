import { AsyncLocalStorage } from 'node:async_hooks';
import { type Context, context, createContextKey, type Span, trace } from '@opentelemetry/api';
import type { RequestScope } from './scope.js';

const SCOPE = createContextKey('@pmcp/observability request');

type Deliver = (message: never, extra?: never) => unknown;

/** Makes the current request known to its handler, and to everything that the handler starts. */
export interface Contexts {
  run(scope: RequestScope, deliver: Deliver, caller: unknown, message: never, extra: never): unknown;
  /** The request that the calling code runs for. */
  current(): RequestScope | undefined;
}

/** Keeps the request in OpenTelemetry's context, so that one AsyncLocalStorage serves both. */
export const openTelemetryContexts: Contexts = {
  run: (scope, deliver, caller, message, extra) =>
    context.with(scope.context ?? context.active(), deliver, caller as never, message, extra),
  current: () => context.active().getValue(SCOPE) as RequestScope | undefined,
};

/** @returns the context that holds the scope, and its span if there is one */
export function withScope(parent: Context, scope: RequestScope, span?: Span): Context {
  return new RequestContext(parent, scope, span);
}

/** The key of the API for the span of a context, which it does not export. */
const SPAN = spanKey();

function spanKey(): symbol | undefined {
  let found: symbol | undefined;
  const probe: Context = {
    getValue: () => undefined,
    setValue: (key) => {
      found = key;
      return probe;
    },
    deleteValue: () => probe,
  };
  trace.setSpan(probe, trace.wrapSpanContext({ traceId: '', spanId: '', traceFlags: 0 }));
  return found;
}

/**
 * The context of a request. The API would copy all values of its parent for the scope, and once more for the span. Few handlers
 * change their context, so these copies are made only for them.
 */
class RequestContext implements Context {
  constructor(
    private readonly parent: Context,
    private readonly scope: RequestScope,
    private readonly span: Span | undefined,
  ) {}

  getValue(key: symbol): unknown {
    if (key === SCOPE) return this.scope;
    return key === SPAN && this.span !== undefined ? this.span : this.parent.getValue(key);
  }

  setValue(key: symbol, value: unknown): Context {
    return this.copied().setValue(key, value);
  }

  deleteValue(key: symbol): Context {
    return this.copied().deleteValue(key);
  }

  private copied(): Context {
    const withScope = this.parent.setValue(SCOPE, this.scope);
    return this.span === undefined ? withScope : trace.setSpan(withScope, this.span);
  }
}

/** Used for log lines if nothing is traced. */
export function localContexts(): Contexts {
  const storage = new AsyncLocalStorage<RequestScope>();
  return {
    run: (scope, deliver, caller, message, extra) =>
      storage.run(scope, () => deliver.call(caller, message, extra)),
    current: () => storage.getStore(),
  };
}
