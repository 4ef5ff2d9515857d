import { isIP } from 'node:net';
import { ask } from './ask.js';

/** How a link ended. What wants credentials is there. */
type End =
  | { readonly kind: 'there' }
  | { readonly kind: 'gone'; readonly status: number }
  | { readonly kind: 'unreached'; readonly reason: string };

export interface Followed {
  readonly url: URL;
  readonly end: End;
}

/** So many at once, so that no server of pages takes it for an attack. */
const AT_ONCE = 6;
/** Of one address after another. */
const REDIRECTS = 4;
/** What a run spends on links at most; there are a hundred in all that ships. */
const MOST = 300;

/** Opens links, without credentials and without reading what is there, in the order given. */
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

/** Where clouds answer with credentials of the machine. */
function isLinkLocal(hostname: string): boolean {
  const host = hostname.replaceAll(/[[\]]/g, '').toLowerCase();
  return isIP(host) === 4 ? host.startsWith('169.254.') : /^(fe[89ab]|::ffff:(169\.254|a9fe))/.test(host);
}
