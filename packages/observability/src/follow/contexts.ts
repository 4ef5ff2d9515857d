import { AsyncLocalStorage } from 'node:async_hooks';
import { type Context, context, createContextKey } from '@opentelemetry/api';
import type { RequestScope } from './scope.js';

const SCOPE = createContextKey('@pmcp/observability request');

type Deliver = (message: never, extra?: never) => unknown;

/** Lets a handler, and all that it starts, know the request it works for. */
export interface Contexts {
  run(scope: RequestScope, deliver: Deliver, caller: unknown, message: never, extra: never): unknown;
  /** The request on whose behalf the caller runs. */
  current(): RequestScope | undefined;
}

/** Beside the trace context, in OpenTelemetry's own: one AsyncLocalStorage serves both. */
export const openTelemetryContexts: Contexts = {
  run: (scope, deliver, caller, message, extra) =>
    context.with(scope.context ?? context.active(), deliver, caller as never, message, extra),
  current: () => context.active().getValue(SCOPE) as RequestScope | undefined,
};

/** @returns the context with the scope in it */
export function withScope(parent: Context, scope: RequestScope): Context {
  return parent.setValue(SCOPE, scope);
}

/** For log lines where nothing is traced. */
export function localContexts(): Contexts {
  const storage = new AsyncLocalStorage<RequestScope>();
  return {
    run: (scope, deliver, caller, message, extra) =>
      storage.run(scope, () => deliver.call(caller, message, extra)),
    current: () => storage.getStore(),
  };
}
