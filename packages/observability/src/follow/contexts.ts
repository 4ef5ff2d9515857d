import { AsyncLocalStorage } from 'node:async_hooks';
import { type Context, context, createContextKey } from '@opentelemetry/api';
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

/** @returns the context that holds the scope */
export function withScope(parent: Context, scope: RequestScope): Context {
  return parent.setValue(SCOPE, scope);
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
