import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { secure, sendError } from './answer.js';
import { refusal } from './guard.js';
import { type Contents, route } from './route.js';

/**
 * Options of `serveViewer`.
 *
 * @example
 * ```ts
 * import { shipped, type ViewerOptions } from '@pmcp/viewer';
 *
 * const options: ViewerOptions = {
 *   ...shipped(),
 *   prometheus: { main: { url: new URL('http://localhost:9090') } },
 *   port: 3000,
 * };
 * ```
 */
export interface ViewerOptions extends Contents {
  /** The address to listen on; loopback by default. */
  readonly host?: string;
  /** The port to listen on; 0, the default, for any free port. */
  readonly port?: number;
  /** Host names that browsers may use, in addition to those of loopback. */
  readonly allowedHosts?: readonly string[];
}

/**
 * A running viewer.
 *
 * @example
 * ```ts
 * import { serveViewer, shipped, type Viewer } from '@pmcp/viewer';
 *
 * const viewer: Viewer = await serveViewer({
 *   ...shipped(),
 *   prometheus: { main: { url: new URL('http://localhost:9090') } },
 * });
 * await viewer.close();
 * ```
 */
export interface Viewer {
  /** The address of the page. */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Serves the page with dashboards and alerts, and passes its queries on to Prometheus.
 *
 * @example
 * ```ts
 * import { serveViewer, shipped } from '@pmcp/viewer';
 *
 * const viewer = await serveViewer({ ...shipped(), prometheus: { main: { url: new URL('http://localhost:9090') } } });
 * console.error(viewer.url);
 * ```
 */
export async function serveViewer(options: ViewerOptions): Promise<Viewer> {
  const { host = '127.0.0.1', port = 0, allowedHosts = [], ...contents } = options;
  const answer = route(contents);
  const server = createServer((request, response) => {
    secure(response);
    const refused = refusal(request, allowedHosts);
    if (refused !== undefined) {
      sendError(response, 403, 'forbidden', refused);
      return;
    }
    answer(request, response).catch((error: Error) => sendError(response, 500, 'internal', error.message));
  });
  server.listen(port, host);
  await once(server, 'listening');
  const { port: bound } = server.address() as AddressInfo;
  const name = host === '127.0.0.1' || host === '0.0.0.0' || host === '::' ? 'localhost' : host;
  return {
    url: `http://${name.includes(':') ? `[${name}]` : name}:${bound}`,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
