import type { Fact } from '../context.js';
import { type Answer, type Asking, ask } from '../net/ask.js';
import { authorities, authorization } from './secrets.js';

interface Redirect {
  readonly status: number;
  readonly to: URL;
  /** Whether the other address has the same path, as that of the server behind TLS does; a page to log in has another. */
  readonly isSamePath: boolean;
}

/** Where clients are sent in place of an answer; undefined where they are not. */
export const redirectOfClients: Fact<Redirect | undefined> = async (context) => {
  const asking = { ca: authorities(context), ...context.limits, post: PING };
  return redirectOf(await ask(context.settings.url!, { ...asking, headers: authorization(context, 'url') }));
};

const PING = { jsonrpc: '2.0', id: 1, method: 'ping', params: {} };

function redirectOf({ url, status, headers: { location } }: Answer): Redirect | undefined {
  if (status < 300 || status >= 400 || location === undefined || !URL.canParse(location, url.href))
    return undefined;
  const to = new URL(location, url);
  return { status, to, isSamePath: withoutSlash(to) === withoutSlash(url) };
}

function withoutSlash({ pathname }: URL): string {
  return pathname.replace(/\/$/, '');
}

/** What the server itself answers to who has no token; undefined where he is sent elsewhere, which lets nobody in. */
export async function answerToStranger(url: URL, asking: Asking): Promise<Answer | undefined> {
  const answer = await ask(url, asking);
  const redirect = redirectOf(answer);
  if (redirect === undefined) return answer;
  if (!redirect.isSamePath || redirect.to.origin !== url.origin) return undefined;
  const last = await ask(redirect.to, asking);
  return redirectOf(last) ? undefined : last;
}
