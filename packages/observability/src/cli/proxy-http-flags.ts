import { injectMeta, toolkitFlags } from './command.js';
import { address, count, file, seconds, toggle, url } from './values.js';

export const proxyHttpFlags = {
  upstream: url('the MCP server: scheme, host and port, without a path'),
  listen: address('where clients connect (default: 127.0.0.1:8081)', {
    host: '127.0.0.1',
    port: 8081,
  }),
  forwarded: toggle('add Forwarded and X-Forwarded-* for the server'),
  afterProxy: toggle('like --forwarded, but keep those of a proxy in front'),
  injectMeta,
  timeout: seconds('time limit for the start of an answer (default: 300)', 300),
  bodyTimeout: seconds('time a client may pause within a body (default: 60)', 60),
  maxConnections: count('connections of clients at once (default: 2000)', 2_000, 1_000_000),
  upstreamCa: file('authorities to trust for the server'),
  upstreamCert: file('certificate to show to the server'),
  upstreamKey: file('private key of --upstream-cert'),
  tlsCert: file('certificate for clients (default: plain HTTP)'),
  tlsKey: file('private key of --tls-cert'),
  tlsClientCa: file('authorities that must sign client certificates'),
  ...toolkitFlags,
};
