import { hostname } from 'node:os';

/** Top-level domains that nobody can register. Names without a dot can't be registered either. */
const LOCAL_NAME = /^(?:[a-z\d_-]+|.+\.(?:localhost|local|internal|svc|lan|test))$/;
const IP = /^(?:\d{1,3}(?:\.\d{1,3}){3}|\[[\da-f:.]+(?:%[\w.-]+)?\])$/;
const LOOPBACK = /^(?:127\.|::1$|::ffff:127\.)/;

export function isLoopback(address: string): boolean {
  return LOOPBACK.test(address);
}

/**
 * Whether the `Host` of a request is a name that this server may have. On loopback, a web page could use its own domain that
 * resolves to this address, and read the answer (DNS rebinding). On other addresses, the network decides who has access, and any
 * name may lead here.
 *
 * @param header the `Host` header
 * @param localAddress the local address that received the request
 */
export function isNamedWell(
  header: string | undefined,
  localAddress: string | undefined,
  allowed: readonly string[],
): boolean {
  if (!isLoopback(localAddress ?? '')) return true;
  // HTTP/1.0 has no Host header.
  if (header === undefined || header === '') return true;
  const name = header.toLowerCase().replace(/:\d*$/, '').replace(/\.$/, '');
  return (
    IP.test(name) || LOCAL_NAME.test(name) || name === hostname().toLowerCase() || allowed.includes(name)
  );
}
