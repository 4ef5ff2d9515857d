import type { Observability, Options } from '@pmcp/observability';
import type { Samples } from '../../support/exposition.js';
import type { Peer } from './peers.js';

/** What decides how a server behaves; the table of scenarios speaks in these terms. */
export interface Traits {
  readonly title: string;
  readonly sdk: 'v1' | 'v2';
  readonly api: 'McpServer' | 'Server';
  /** The protocol of its client: 2026-07-28, or one before it. */
  readonly era: 'modern' | 'legacy';
  readonly transport: 'stdio' | 'sse' | 'streamable_http' | 'other';
  /** Whether a client's requests share a connection; if not, each has its own. */
  readonly session: boolean;
  /** Whether the toolkit is not in it, but in a proxy before it. */
  readonly isProxied?: true;
  /** Whether it is seen as from outside, where its messages enter and leave its process. */
  readonly isHeard?: true;
}

/** An observed server that runs. */
export interface Running {
  connect(): Promise<Peer>;
  /** What a scrape shows. */
  metrics(): Promise<Samples>;
  /** Cuts all connections, as a network does that breaks. */
  cut?(): void;
  close(): Promise<void>;
}

export interface Host extends Traits {
  /** Whether its process has served others before. */
  readonly isShared?: true;
  open(options?: Options, observe?: Observability['observe']): Promise<Running>;
}

/** Options that keep a toolkit to itself: no port, no signal handler, no metrics of the process. */
export const ALONE = {
  metrics: { port: false, runtime: false },
  shutdown: { onSigterm: false },
  log: { level: 'silent' },
} as const;
