import { Collector } from '../../../scripts/collector/collector.js';
import { scrape } from '../../support/exposition.js';
import { startHttpProxy } from '../../support/http-proxy.js';
import type { Host, Running } from './host.js';
import { over } from './http.js';
import { type HttpHost, httpHosts } from './http-hosts.js';
import { bareStdioHosts, type StdioHost } from './stdio-hosts.js';

/** What runs behind a proxy, and what the proxy exports. */
export interface ProxiedRunning extends Running {
  readonly collector: Collector;
}

export interface ProxiedHost extends Host {
  open(): Promise<ProxiedRunning>;
  /** Ends what its scenarios share. */
  stop(): Promise<void>;
}

/** The environment of a proxy that exports everything. */
export const exportingTo = ({ url }: Collector) => ({
  OTEL_EXPORTER_OTLP_ENDPOINT: url,
  OTEL_LOGS_EXPORTER: 'otlp',
  OTEL_BSP_SCHEDULE_DELAY: '20',
  OTEL_BLRP_SCHEDULE_DELAY: '20',
});

async function startHttp(host: HttpHost): Promise<ProxiedRunning> {
  const collector = await Collector.start();
  const running = await host.open(undefined, (server) => server);
  const proxy = await startHttpProxy(running.url.origin, [], exportingTo(collector));
  const url = new URL(running.url.pathname, proxy.url);
  // The proxy learns from the server's list which names are real.
  const first = await over[host.client](url);
  await first.request('tools/list');
  await first.leave();
  return {
    collector,
    connect: () => over[host.client](url),
    metrics: () => scrape(proxy.port),
    cut: running.cut,
    close: async () => {
      await proxy.stop();
      await running.close();
      collector.stop();
    },
  };
}

/** An unobserved HTTP server, with one proxy in front of it for all scenarios. */
function httpHost(host: HttpHost): ProxiedHost {
  let shared: Promise<ProxiedRunning> | undefined;
  return {
    ...host,
    title: `${host.title}, behind the proxy`,
    isProxied: true,
    isShared: true,
    open: async () => {
      shared ??= startHttp(host);
      return { ...(await shared), close: async () => {} };
    },
    stop: async () => (await shared)?.close(),
  };
}

/** A stdio server with its own proxy, which ends with its client. */
function stdioHost(host: StdioHost): ProxiedHost {
  return {
    ...host,
    isProxied: true,
    open: async () => {
      const collector = await Collector.start();
      const running = await host.openWith(exportingTo(collector));
      return {
        ...running,
        collector,
        close: async () => {
          await running.close();
          collector.stop();
        },
      };
    },
    stop: async () => {},
  };
}

/** The servers as seen from outside. One that is observed by its handler is the same there. */
export const proxiedHosts: readonly ProxiedHost[] = [
  ...httpHosts.filter(({ title }) => !title.includes('observed handler')).map(httpHost),
  ...bareStdioHosts.map(stdioHost),
];
