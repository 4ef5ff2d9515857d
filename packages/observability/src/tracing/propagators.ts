import { createRequire } from 'node:module';
import { context, propagation, type TextMapPropagator } from '@opentelemetry/api';
import type { TracesConfig } from './config.js';

/** Loaded only where a context flows; see `otlp/exporter.ts`. */
const load = createRequire(import.meta.url);

type Core = typeof import('@opentelemetry/core');
type AsyncHooks = typeof import('@opentelemetry/context-async-hooks');

const CLASSES = { tracecontext: 'W3CTraceContextPropagator', baggage: 'W3CBaggagePropagator' } as const;

/** @returns null for none, as the SDK has it */
export function propagatorOf(names: TracesConfig['propagators']): TextMapPropagator | null {
  const core = load('@opentelemetry/core') as Core;
  const propagators = names.map((name) => new core[CLASSES[name]]());
  return propagators.length === 0 ? null : new core.CompositePropagator({ propagators });
}

/**
 * Lets W3C trace context and baggage flow, for whoever in the process uses OpenTelemetry's API. What the application
 * has registered itself stays.
 *
 * @throws when the OpenTelemetry packages are not installed
 */
export function registerPropagation(names: TracesConfig['propagators']): void {
  const propagator = propagatorOf(names);
  const { AsyncLocalStorageContextManager } = load('@opentelemetry/context-async-hooks') as AsyncHooks;
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  if (propagator !== null) propagation.setGlobalPropagator(propagator);
}
