import type { Observability, Options } from '@pmcp/observability';
import type { Samples } from '../../support/exposition.js';
import type { Peer } from './peers.js';

/** The traits that decide how a server behaves, in the terms of the table of scenarios. */
export interface Traits {
  readonly title: string;
  readonly sdk: 'v1' | 'v2';
  readonly api: 'McpServer' | 'Server';
  /** The protocol of its client: 2026-07-28 or an older one. */
  readonly era: 'modern' | 'legacy';
  readonly transport: 'stdio' | 'sse' | 'streamable_http' | 'other';
  /** Whether the requests of a client share a connection; otherwise each has its own. */
  readonly session: boolean;
  /** Whether the toolkit runs in a proxy in front of it. */
  readonly isProxied?: true;
  /** Whether it is observed where its messages enter and leave its process. */
  readonly isHeard?: true;
}

/** A running, observed server. */
export interface Running {
  connect(): Promise<Peer>;
  /** Returns the samples of a scrape. */
  metrics(): Promise<Samples>;
  /** Cuts all connections, as a broken network does. */
  cut?(): void;
  close(): Promise<void>;
}

export interface Host extends Traits {
  /** Whether its process has served other scenarios before. */
  readonly isShared?: true;
  open(options?: Options, observe?: Observability['observe']): Promise<Running>;
}

/** Options of an isolated toolkit: no port, no signal handler, no process metrics. */
export const ALONE = {
  metrics: { port: false, runtime: false },
  shutdown: { onSigterm: false },
  log: { level: 'silent' },
} as const;
