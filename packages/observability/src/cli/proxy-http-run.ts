import { logWarning } from '../codes/tell.js';
import { tcp } from '../health/tcp.js';
import { Observability } from '../observability.js';
import type { Forwarded } from '../proxy/http/headers.js';
import { HttpProxy, type ProxyTls } from '../proxy/http/server.js';
import { addressOf } from '../proxy/http/upstream.js';
import { stopOnSignals } from '../signals.js';
import { toolkitOptions } from './command.js';
import { UsageError } from './errors.js';
import type { Values } from './flags.js';
import type { proxyHttpFlags } from './proxy-http-flags.js';
import { type Contents, type Paths, rotating } from './rotation.js';
import { checkAuthorities, checkKeyPair } from './tls-files.js';

/** Loaded only where it runs, since it is most of the package. */
export async function serve(values: Values<typeof proxyHttpFlags>): Promise<void> {
  const {
    upstream: target,
    listen,
    forwarded,
    afterProxy,
    injectMeta: inject,
    timeout,
    bodyTimeout,
    maxConnections,
  } = values;
  checkTarget(target);
  // Certificates live for a day where cert-manager renews them.
  const certificates = await rotating(tlsPaths(values), checkTls);
  const observability = new Observability(toolkitOptions(values));
  observability.watching.connecting({ name: target.host, version: undefined, sdk: '' });
  await observability.ready();
  // Without its server it can't serve. It should get no traffic, and a rollout should stop.
  observability.health.add(tcp({ name: 'upstream', ...addressOf(target) }));
  const upstream = {
    url: target,
    forwarded: forwardedBy(forwarded, afterProxy),
    injectMeta: inject,
    timeoutMs: timeout * 1_000,
    bodyTimeoutMs: bodyTimeout * 1_000,
  };
  const proxy = new HttpProxy(
    { upstream, listen, maxConnections, tls: proxyTls(certificates.now) },
    observability.watching.connections,
  );
  certificates.follow(
    (latest) => {
      proxy.renew(proxyTls(latest));
      observability.logger.info('the proxy uses new certificates');
    },
    ({ message }) =>
      logWarning(
        observability.logger,
        'PMCP_W_CERTIFICATES_KEPT',
        `the proxy keeps its certificates: ${message}`,
      ),
  );
  const { address: host, port } = await proxy.listen();
  // The toolkit waits for requests in flight. After that, only streams are left, which only we can end.
  const nothing = async () => {};
  stopOnSignals({
    stopAccepting() {},
    drained: nothing,
    close: nothing,
    flush() {},
    leave: () => proxy.leave(),
  });
  observability.logger.info({ proxy: { host, port } }, `proxy for ${target.origin}`);
  await observability.listen();
}

type TlsFlag = 'upstreamCa' | 'upstreamCert' | 'upstreamKey' | 'tlsCert' | 'tlsKey' | 'tlsClientCa';

function tlsPaths(values: Readonly<Record<TlsFlag, string | undefined>>): Paths<TlsFlag> {
  const { upstreamCa, upstreamCert, upstreamKey, tlsCert, tlsKey, tlsClientCa } = values;
  return { upstreamCa, upstreamCert, upstreamKey, tlsCert, tlsKey, tlsClientCa };
}

/** @throws UsageError */
function checkTls(files: Contents<TlsFlag>): void {
  if (files.tlsClientCa && !files.tlsCert)
    throw new UsageError('PMCP_E_MISSING', '--tls-client-ca needs --tls-cert and --tls-key');
  checkKeyPair('tls', files.tlsCert, files.tlsKey);
  checkKeyPair('upstream', files.upstreamCert, files.upstreamKey);
  checkAuthorities('--tls-client-ca', files.tlsClientCa);
  checkAuthorities('--upstream-ca', files.upstreamCa);
}

function proxyTls(files: Contents<TlsFlag>): ProxyTls {
  const { tlsCert, tlsKey, tlsClientCa, upstreamCa, upstreamCert, upstreamKey } = files;
  return {
    clients: { cert: tlsCert, key: tlsKey, ca: tlsClientCa },
    upstream: { cert: upstreamCert, key: upstreamKey, ca: upstreamCa },
  };
}

function forwardedBy(forwarded: boolean, trusts: boolean): Forwarded {
  if (trusts) return 'append';
  return forwarded ? 'replace' : 'no';
}

function checkTarget(target: URL | undefined): asserts target is URL {
  if (!target)
    throw new UsageError('PMCP_E_MISSING', 'proxy http needs the server to pass requests to: --upstream URL');
  if (target.username || target.password)
    throw new UsageError(
      'PMCP_E_BAD_VALUE',
      `expected --upstream to have no name and password, for clients send their own, got them for ${target.host}`,
    );
  if (target.pathname !== '/' || target.search)
    throw new UsageError(
      'PMCP_E_BAD_VALUE',
      `expected --upstream to have no path, for paths are passed on, got ${target.href}`,
    );
}
