import type { Samples } from '../../support/exposition.js';
import type { Host } from './host.js';
import { over } from './http.js';
import { CUT, type HttpHost } from './http-hosts.js';

/** A server of the table in another process. */
export interface Place {
  /** Known after the start. */
  port(): number | undefined;
  metrics(): Promise<Samples>;
}

/** A server of the table in another process, which has all of them and one metrics page. */
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
