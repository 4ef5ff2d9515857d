import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';

/** Headers for one connection only: those in RFC 9110, section 7.6.1, and older ones for the same purpose. */
const HOP_BY_HOP: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Headers that every recipient needs. A sender could name them in Connection to hide a body's length. */
const NEVER_HOP_BY_HOP: ReadonlySet<string> = new Set(['content-length', 'host']);

/** Contains a random comment by which this proxy recognizes its own messages, and no other proxy's. */
const PSEUDONYM = `1.1 pmcp-observability (${randomBytes(6).toString('hex')})`;

/** Whether a request comes a second time, because the upstream or a server behind it leads back here. */
export function isLoop({ headers }: IncomingMessage): boolean {
  return headers.via?.includes(PSEUDONYM) === true;
}

/** Returns how often a header occurs. If it may occur only once, Node shows the first one. */
export function countOf({ rawHeaders }: IncomingMessage, name: string): number {
  return rawHeaders.filter((header, i) => i % 2 === 0 && header.toLowerCase() === name).length;
}

/** Returns a message's headers for the next connection: names and values in turn, in their order and spelling. */
export function endToEnd({ rawHeaders, headers }: IncomingMessage): string[] {
  const named = new Set(headers.connection?.split(',').map((name) => name.trim().toLowerCase()));
  const kept: string[] = [];
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!.toLowerCase();
    const stays = NEVER_HOP_BY_HOP.has(name) || !(HOP_BY_HOP.has(name) || named.has(name));
    if (stays) kept.push(rawHeaders[i]!, rawHeaders[i + 1]!);
  }
  return kept;
}

/** Whether a body has a transfer coding that we can't undo. We only support chunked. */
export function hasOtherCoding({ headers }: IncomingMessage): boolean {
  const coding = headers['transfer-encoding'];
  return coding !== undefined && coding.toLowerCase() !== 'chunked';
}

/** Whether a request has a body. Every request with a body has one of these headers. */
export function hasBody({ headers }: IncomingMessage): boolean {
  const { 'content-length': length, 'transfer-encoding': coding } = headers;
  return coding !== undefined || (length !== undefined && length !== '0');
}

/** Headers that are added to a request. They replace headers of the client with the same names. */
export type Additions = Readonly<Record<string, string>>;

/** Whether to tell the upstream who sent a request: not, instead of the client, or after trusted proxies. */
export type Forwarded = 'no' | 'replace' | 'append';

/**
 * Returns the headers with which a request is sent to the upstream.
 *
 * @param host the host for a request of HTTP/1.0 that names none
 */
export function upstreamHeaders(
  incoming: IncomingMessage,
  host: string,
  forwarded: Forwarded,
  additions: Additions = {},
): string[] {
  const added = { ...(forwarded !== 'no' && whoAsked(incoming, forwarded === 'append')), ...additions };
  const headers = [...without(endToEnd(incoming), Object.keys(added)), 'Via', PSEUDONYM];
  if (incoming.headers.host === undefined) headers.push('Host', host);
  if (incoming.headers['transfer-encoding']) headers.push('Transfer-Encoding', 'chunked');
  return [...headers, ...Object.entries(added).flat()];
}

/**
 * Returns who sent a request, for a server that trusts us: in the header of RFC 7239, and in the older
 * `X-Forwarded` headers. In the older ones, scheme and host are those that the first proxy saw.
 *
 * @param isTrusted whether there is a proxy before us; otherwise a client could claim anything
 */
function whoAsked({ headers, socket }: IncomingMessage, isTrusted: boolean): Additions {
  const from = socket.remoteAddress ?? 'unknown';
  const proto = (socket as Partial<TLSSocket>).encrypted ? 'https' : 'http';
  const { host = '' } = headers;
  const node = from.includes(':') ? `"[${from}]"` : from;
  const element = `for=${node};proto=${proto};host=${JSON.stringify(host)}`;
  const before = (name: string) => (isTrusted ? headers[name] : undefined);
  return {
    Forwarded: after(before('forwarded'), element),
    'X-Forwarded-For': after(before('x-forwarded-for'), from),
    ...(before('x-forwarded-proto') === undefined && { 'X-Forwarded-Proto': proto }),
    ...(before('x-forwarded-host') === undefined && { 'X-Forwarded-Host': host }),
  };
}

/** Appends our own element to those of the proxies before us. */
function after(before: string | string[] | undefined, own: string): string {
  return before === undefined ? own : `${before}, ${own}`;
}

function without(headers: readonly string[], names: readonly string[]): readonly string[] {
  if (names.length === 0) return headers;
  const unwanted = new Set(names.map((name) => name.toLowerCase()));
  return headers.filter((_, i) => !unwanted.has(headers[i - (i % 2)]!.toLowerCase()));
}
