import { context, propagation } from '@opentelemetry/api';
import type { Sdk } from '../otlp/sdk.js';
import type { TracesConfig } from './config.js';

/**
 * Lets W3C trace context and baggage flow, for whoever in the process uses OpenTelemetry's API. What the application
 * has registered itself stays.
 */
export function registerPropagation(sdk: Sdk, names: TracesConfig['propagators']): void {
  context.setGlobalContextManager(sdk.contextManager());
  if (names.length > 0) propagation.setGlobalPropagator(sdk.propagatorOf(names));
}
