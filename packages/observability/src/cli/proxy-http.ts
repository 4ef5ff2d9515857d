import { Observability } from '../observability.js';
import { HttpProxy } from '../proxy/http/server.js';
import { command, injectMeta, toolkitFlags, toolkitOptions } from './command.js';
import { UsageError } from './flags.js';
import { address, content, seconds, toggle, url } from './values.js';

const flags = {
  upstream: url('the MCP server: its scheme, host and port; paths are passed on'),
  listen: address('where clients connect; 127.0.0.1:8081', { host: '127.0.0.1', port: 8081 }),
  forwarded: toggle('add Forwarded, and X-Forwarded-For, -Proto and -Host'),
  injectMeta,
  timeout: seconds('how long the server may take to begin its answer; 300', 300),
  upstreamCa: content('certificates to trust in the server'),
  upstreamCert: content('certificate to show to the server'),
  upstreamKey: content('its key'),
  tlsCert: content('certificate to show to clients; plain HTTP without'),
  tlsKey: content('its key'),
  tlsClientCa: content('who must have signed what clients show; they need show nothing without'),
  ...toolkitFlags,
};

export const proxyHttpCommand = command({
  name: 'proxy http',
  operands: '',
  summary:
    'Stands in front of an HTTP server and observes what passes.\nStreamable HTTP of all versions, and HTTP+SSE.',
  flags,
  async run({ values }) {
    const {
      upstream: target,
      listen,
      forwarded,
      injectMeta: inject,
      timeout,
      upstreamCa,
      upstreamCert,
      upstreamKey,
      tlsCert,
      tlsKey,
      tlsClientCa,
    } = values;
    if (!target) throw new UsageError('proxy http needs the server to pass requests to: --upstream URL');
    if (target.pathname !== '/' || target.search)
      throw new UsageError(
        `expected --upstream to have no path, for paths are passed on, got ${target.href}`,
      );
    if (tlsClientCa && !tlsCert) throw new UsageError('--tls-client-ca needs --tls-cert and --tls-key');
    if (!tlsCert !== !tlsKey) throw new UsageError('--tls-cert and --tls-key need each other');
    const observability = new Observability(toolkitOptions(values));
    observability.connecting({ name: target.host, version: undefined, sdk: '' });
    const upstream = {
      url: target,
      forwarded,
      injectMeta: inject,
      timeoutMs: timeout * 1_000,
      ca: upstreamCa,
      cert: upstreamCert,
      key: upstreamKey,
    };
    const proxy = new HttpProxy(
      { upstream, listen, cert: tlsCert, key: tlsKey, clientCa: tlsClientCa },
      observability.connections,
    );
    const { address: host, port } = await proxy.listen();
    observability.logger.info({ proxy: { host, port } }, `proxy for ${target.origin}`);
    await observability.listen();
  },
});
