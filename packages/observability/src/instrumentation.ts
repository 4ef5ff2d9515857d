import { VERSION } from './version.js';

/** The instrumentation scope of spans, log records and metrics, and the schema URL of their names. */
export const INSTRUMENTATION = {
  name: '@pmcp/observability',
  version: VERSION,
  /** The conventions for MCP have no release yet. This is the release that their pinned revision refers to. */
  schemaUrl: 'https://opentelemetry.io/schemas/1.43.0',
} as const;
