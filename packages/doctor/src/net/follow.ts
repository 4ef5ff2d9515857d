import { isIP } from 'node:net';
import { ask } from './ask.js';

/** The result of opening a link. A page that requires credentials counts as there. */
type End =
  | { readonly kind: 'there' }
  | { readonly kind: 'gone'; readonly status: number }
  | { readonly kind: 'unreached'; readonly reason: string };

export interface Followed {
  readonly url: URL;
  readonly end: End;
}

/** How many links are opened at once. More could look like an attack to the server. */
const AT_ONCE = 6;
/** How many redirects are followed for one link. */
const REDIRECTS = 4;
/** The most links that a run opens. Everything that ships has about a hundred. */
const MOST = 300;

/** Opens links without credentials and without reading the pages. Returns the results in the given order. */
export async function follow(urls: readonly URL[], signal: AbortSignal): Promise<Followed[]> {
  const left = urls.slice(0, MOST).map((url, i) => ({ url, i }));
  const followed: Followed[] = [];
  const worker = async () => {
    for (let next = left.shift(); next !== undefined; next = left.shift())
      followed[next.i] = { url: next.url, end: await endOf(next.url, signal) };
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return followed;
}

async function endOf(url: URL, signal: AbortSignal, left = REDIRECTS): Promise<End> {
  if (isLinkLocal(url.hostname)) return { kind: 'unreached', reason: 'addresses on the link are not asked' };
  try {
    const { status, headers } = await ask(url, { signal, head: true });
    const { location } = headers;
    if (status >= 300 && status < 400 && location !== undefined) {
      if (left === 0) return { kind: 'unreached', reason: 'it is redirected without end' };
      const next = new URL(location, url);
      if (!/^https?:$/.test(next.protocol)) return { kind: 'gone', status };
      return await endOf(next, signal, left - 1);
    }
    const isThere = status < 400 || status === 401 || status === 403 || status === 429;
    return isThere ? { kind: 'there' } : { kind: 'gone', status };
  } catch (error) {
    return { kind: 'unreached', reason: (error as Error).message };
  }
}

/** Tells whether a host is link-local. Clouds serve the credentials of the machine there. */
function isLinkLocal(hostname: string): boolean {
  const host = hostname.replaceAll(/[[\]]/g, '').toLowerCase();
  return isIP(host) === 4 ? host.startsWith('169.254.') : /^(fe[89ab]|::ffff:(169\.254|a9fe))/.test(host);
}
