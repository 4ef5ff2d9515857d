import { hostname } from 'node:os';

/** A name without a dot is none that somebody could register; neither are these. */
const LOCAL_NAME = /^(?:[a-z\d_-]+|.+\.(?:localhost|local|internal|svc|lan|test))$/;
const IP = /^(?:\d{1,3}(?:\.\d{1,3}){3}|\[[\da-f:.]+(?:%[\w.-]+)?\])$/;
const LOOPBACK = /^(?:127\.|::1$|::ffff:127\.)/;

export function isLoopback(address: string): boolean {
  return LOOPBACK.test(address);
}

/**
 * Whether a request asks for this server by a name that it may have. On loopback a page of the web could ask under a name of its
 * own that leads here, and read the answer as its own. Elsewhere the network decides who may ask, and any name may lead here.
 *
 * @param header the `Host` header
 * @param localAddress where the request came in
 */
export function isNamedWell(
  header: string | undefined,
  localAddress: string | undefined,
  allowed: readonly string[],
): boolean {
  if (!isLoopback(localAddress ?? '')) return true;
  // As HTTP/1.0 asks.
  if (header === undefined || header === '') return true;
  const name = header.toLowerCase().replace(/:\d*$/, '').replace(/\.$/, '');
  return (
    IP.test(name) || LOCAL_NAME.test(name) || name === hostname().toLowerCase() || allowed.includes(name)
  );
}
