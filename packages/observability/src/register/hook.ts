import { found } from '../found.js';
import type { Transport } from '../mcp/transport-kind.js';
import { hookLoaders } from './loaders.js';
import { HOOK } from './transform.js';
import { noticeUnseen, type Toolkit } from './unseen.js';

export interface ServerClass {
  readonly prototype: {
    connect?: (
      this: { readonly server?: object },
      transport: Transport,
      ...rest: unknown[]
    ) => Promise<unknown>;
  };
}

export type CreateHandler = (factory: unknown, options?: { readonly maxSubscriptions?: number }) => object;

/** All that a process with a server needs, and no other. */
export interface Serving extends Toolkit {
  /** Observes the servers of this class. */
  server(server: ServerClass): void;
  /** @returns a function that observes the handlers that it creates */
  handlers(create: CreateHandler): CreateHandler;
  /** Observing a server failed. */
  failed(): void;
}

/**
 * Waits until the program loads an SDK, or answers its first MCP request.
 *
 * @param load called once then. It may throw
 */
export function hookServers(load: () => Serving): void {
  let loaded: Serving | undefined;
  const serving = () => {
    loaded ??= load();
    return loaded;
  };
  (globalThis as Record<symbol, unknown>)[Symbol.for(HOOK)] = {
    server: (server: ServerClass) => serving().server(server),
    handlers: (create: CreateHandler) => serving().handlers(create),
  };
  hookLoaders();
  noticeUnseen({ isSeen: () => found.any, toolkit: serving, failed: () => loaded?.failed() });
}
