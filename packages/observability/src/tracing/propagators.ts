import { createRequire } from 'node:module';
import { context, propagation } from '@opentelemetry/api';

/** Loaded only where a context flows; see `otlp/exporter.ts`. */
const load = createRequire(import.meta.url);

type Core = typeof import('@opentelemetry/core');
type AsyncHooks = typeof import('@opentelemetry/context-async-hooks');

/**
 * Lets W3C trace context and baggage flow, for whoever in the process uses OpenTelemetry's API. What the application
 * has registered itself stays.
 *
 * @throws when the OpenTelemetry packages are not installed
 */
export function registerPropagation(): void {
  const { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } = load(
    '@opentelemetry/core',
  ) as Core;
  const { AsyncLocalStorageContextManager } = load('@opentelemetry/context-async-hooks') as AsyncHooks;
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  const propagators = [new W3CTraceContextPropagator(), new W3CBaggagePropagator()];
  propagation.setGlobalPropagator(new CompositePropagator({ propagators }));
}
