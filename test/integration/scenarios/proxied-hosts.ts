import type { Readable } from 'node:stream';
import { StdioClientTransport as V2ClientTransport } from '@modelcontextprotocol/client/stdio';
import { StdioClientTransport as V1ClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { scrape } from '../../support/exposition.js';
import { startHttpProxy } from '../../support/http-proxy.js';
import { THROUGH_PROXY } from '../../support/proxy.js';
import { announcedPort } from '../../support/stdio.js';
import type { Host } from './host.js';
import { over } from './http.js';
import { httpHosts } from './http-hosts.js';
import { connectModern, connectV1, connectV2, type Peer } from './peers.js';

/** A proxy learns from the server's list which names are real. */
async function listed(peer: Promise<Peer>): Promise<Peer> {
  await (await peer).request('tools/list');
  return peer;
}

function clientOf({ sdk, era, transport, title }: Host): (url: URL) => Promise<Peer> {
  if (transport === 'sse') return over.sse;
  if (era === 'modern') return over.modern;
  return sdk === 'v1' || title.includes('client of v1') ? over.v1 : over.v2;
}

/** The servers over HTTP, which know nothing of observability, and a proxy in front of each. */
const http: readonly Host[] = httpHosts.map((host) => ({
  ...host,
  title: `${host.title}, behind the proxy`,
  open: async () => {
    const running = await host.open(undefined, (server) => server);
    const proxy = await startHttpProxy(running.url.origin);
    return {
      connect: () => listed(clientOf(host)(new URL(running.url.pathname, proxy.url))),
      metrics: () => scrape(proxy.port),
      close: async () => {
        await proxy.stop();
        await running.close();
      },
    };
  },
}));

function stdio(
  traits: Pick<Host, 'title' | 'sdk' | 'era'>,
  Transport: typeof V1ClientTransport | typeof V2ClientTransport,
  connect: typeof connectV1,
): Host {
  const [command = '', ...args] = [
    ...THROUGH_PROXY,
    process.execPath,
    'test/fixtures/scenarios/bare-stdio.mjs',
    traits.sdk,
  ];
  return {
    ...traits,
    api: 'McpServer',
    transport: 'stdio',
    session: true,
    open: async () => {
      const env = { PATH: process.env.PATH ?? '', PMCP_METRICS_PORT: '0' };
      const transport = new Transport({ command, args, env, stderr: 'pipe' });
      const port = announcedPort(transport.stderr as Readable);
      return {
        connect: () => listed(connect(transport, () => Promise.reject(new Error('not needed')))),
        metrics: async () => scrape(await port),
        close: () => transport.close(),
      };
    },
  };
}

/** The servers as they are seen from outside. */
export const proxiedHosts: readonly Host[] = [
  ...http,
  stdio({ title: 'v1 over stdio, behind the proxy', sdk: 'v1', era: 'legacy' }, V1ClientTransport, connectV1),
  stdio(
    { title: 'v2 over stdio, legacy client, behind the proxy', sdk: 'v2', era: 'legacy' },
    V2ClientTransport,
    connectV2,
  ),
  stdio(
    { title: 'v2 over stdio, modern client, behind the proxy', sdk: 'v2', era: 'modern' },
    V2ClientTransport,
    connectModern,
  ),
];
