import type { Context, Fact } from '../context.js';
import { type Answer, ask } from '../net/ask.js';
import { authorities } from './secrets.js';

/** The protected resource metadata of a server (RFC 9728). */
interface Metadata {
  readonly resource?: string;
  readonly authorization_servers?: readonly string[];
}

export interface ProtectedResource {
  /** The `WWW-Authenticate` header for a request without a token. */
  readonly challenge: string | undefined;
  /** Undefined if the server publishes none, or if it cannot be read. */
  readonly metadata: Metadata | undefined;
  /** The address of the metadata that the header names. */
  readonly named?: URL | undefined;
  /** Why the metadata that the header names cannot be read. */
  readonly fault: string | undefined;
}

/** The metadata of a server that requires a token; undefined if it requires none. */
export const protectedResource: Fact<ProtectedResource | undefined> = async (context) => {
  const url = context.settings.url!;
  const { status, headers } = await ask(url, {
    ca: authorities(context),
    ...context.limits,
    post: { jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} },
  });
  if (status !== 401) return undefined;
  const challenge = headers['www-authenticate'];
  const [, named] = /resource_metadata="([^"]+)"/.exec(challenge ?? '') ?? [];
  if (named !== undefined) return { challenge, ...(await readNamed(context, named, url)) };
  for (const path of [url.pathname.replace(/\/$/, ''), '']) {
    const found = await read(context, new URL(`/.well-known/oauth-protected-resource${path}`, url.origin));
    if (typeof found === 'object') return { challenge, metadata: found, fault: undefined };
  }
  return { challenge, metadata: undefined, fault: undefined };
};

async function readNamed(context: Context, named: string, base: URL) {
  const url = URL.canParse(named, base.href) ? new URL(named, base) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol))
    return { metadata: undefined, fault: `${named} is no address` };
  const found = await read(context, url);
  return typeof found === 'object'
    ? { named: url, metadata: found, fault: undefined }
    : { named: url, metadata: undefined, fault: `${url.href} ${found}` };
}

/** Returns the document, or a description of what came instead. Sends no token, since the document is public. */
async function read(context: Context, url: URL): Promise<Metadata | string> {
  let answer: Answer;
  try {
    answer = await ask(url, { ca: authorities(context), ...context.limits });
  } catch (error) {
    return `can't be read: ${(error as Error).message}`;
  }
  if (answer.status !== 200) return `answers ${answer.status}`;
  try {
    const parsed: unknown = JSON.parse(answer.body);
    return typeof parsed === 'object' && parsed !== null ? parsed : 'is no JSON object';
  } catch {
    return 'is no JSON';
  }
}

/** Tells whether tokens for a resource are valid for an address, by the rule of the MCP SDK. */
export function isFor(resource: string, url: URL): boolean {
  if (!URL.canParse(resource)) return false;
  const { origin, pathname } = new URL(resource);
  const folder = (path: string) => (path.endsWith('/') ? path : `${path}/`);
  return origin === url.origin && folder(url.pathname).startsWith(folder(pathname));
}
