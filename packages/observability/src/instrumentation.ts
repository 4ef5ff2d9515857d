import { VERSION } from './version.js';

/** As whom the toolkit signs spans, log records and metrics, and by which conventions their names are meant. */
export const INSTRUMENTATION = {
  name: '@pmcp/observability',
  version: VERSION,
  /** The conventions for MCP have no release of their own; this is the one that their pinned revision refers to. */
  schemaUrl: 'https://opentelemetry.io/schemas/1.43.0',
} as const;
