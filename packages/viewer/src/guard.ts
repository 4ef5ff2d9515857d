import type { IncomingMessage } from 'node:http';

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];

/**
 * Returns why a request is refused, or undefined if it is accepted. A page of another site can reach loopback
 * by a name that it controls (DNS rebinding): `Host` shows this. Or it sends a request whose answer it cannot
 * read: `Sec-Fetch-Site` shows this.
 */
export function refusal(
  { headers, method = '' }: IncomingMessage,
  allowedHosts: readonly string[],
): string | undefined {
  const host = (headers.host ?? '').toLowerCase().replace(/:\d+$/, '');
  if (![...LOOPBACK, ...allowedHosts].includes(host)) {
    return `Expected a Host that the viewer is known by, got "${host}"; name it with --allow-host`;
  }
  const site = headers['sec-fetch-site'];
  // Other sites may only link to the page.
  const navigation = method === 'GET' && headers['sec-fetch-mode'] === 'navigate';
  if (site !== undefined && site !== 'same-origin' && site !== 'none' && !navigation) {
    return `Expected requests of the viewer's own page, got one from a page elsewhere (${site})`;
  }
  const { origin } = headers;
  if (origin !== undefined && !sameHost(origin, headers.host)) {
    return `Expected requests of the viewer's own page, got one from ${origin}`;
  }
  return undefined;
}

function sameHost(origin: string, host: string | undefined): boolean {
  try {
    return new URL(origin).host === host?.toLowerCase();
  } catch {
    return false;
  }
}
