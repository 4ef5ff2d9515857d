import { context, propagation } from '@opentelemetry/api';
import type { Sdk } from '../otlp/sdk.js';
import type { TracesConfig } from './config.js';

/**
 * Registers W3C trace context and baggage, for all users of OpenTelemetry's API in the process. Propagators of the application
 * stay.
 */
export function registerPropagation(sdk: Sdk, names: TracesConfig['propagators']): void {
  context.setGlobalContextManager(sdk.contextManager());
  if (names.length > 0) propagation.setGlobalPropagator(sdk.propagatorOf(names));
}
