import type { ContextManager, TextMapPropagator } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from '@opentelemetry/core';

const CLASSES = { tracecontext: W3CTraceContextPropagator, baggage: W3CBaggagePropagator };

/** A format in which a context is sent and received. */
export type Propagator = keyof typeof CLASSES;

export function propagatorOf(names: readonly Propagator[]): TextMapPropagator {
  return new CompositePropagator({ propagators: names.map((name) => new CLASSES[name]()) });
}

/** Creates a manager that keeps the context across asynchronous calls. */
export function contextManager(): ContextManager {
  return new AsyncLocalStorageContextManager().enable();
}
