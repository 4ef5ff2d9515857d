import type { Samples } from '../../support/exposition.js';
import type { Host } from './host.js';
import { over } from './http.js';
import { CUT, type HttpHost } from './http-hosts.js';

/** Where a server of the table is when another process has it. */
export interface Place {
  /** What is known when it has started. */
  port(): number | undefined;
  metrics(): Promise<Samples>;
}

/** A server of the table in another process, which has all of them and one page of metrics. */
export function elsewhere(host: HttpHost, wired: string, { port, metrics }: Place): Host {
  const url = (path: string) => new URL(`http://127.0.0.1:${port()}${path}`);
  return {
    ...host,
    title: `${host.title}, ${wired}`,
    isShared: true,
    open: async () => ({
      connect: () => over[host.client](url('/mcp')),
      metrics,
      cut: () => void fetch(url(CUT)).catch(() => {}),
      close: async () => {},
    }),
  };
}
