import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';

/** Headers of one connection only: RFC 9110 7.6.1, and what older programs send to the same end. */
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

/** What every recipient needs; a sender that names them in Connection would have a body go on without its length. */
const NEVER_HOP_BY_HOP: ReadonlySet<string> = new Set(['content-length', 'host']);

/** With a comment by which we know what has passed us before, and no other proxy of this kind. */
const PSEUDONYM = `1.1 pmcp-observability (${randomBytes(6).toString('hex')})`;

/** Whether a request comes to us for the second time: the upstream, or what is behind it, leads back here. */
export function isLoop({ headers }: IncomingMessage): boolean {
  return headers.via?.includes(PSEUDONYM) === true;
}

/** How often a header is there; Node shows the first of those that there can be one of. */
export function countOf({ rawHeaders }: IncomingMessage, name: string): number {
  return rawHeaders.filter((header, i) => i % 2 === 0 && header.toLowerCase() === name).length;
}

/** A message's headers for the next connection: names and values by turns, in their order and spelling. */
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

/** Whether a body is coded for its connection in a way that we can't undo: we pass on chunks only. */
export function hasOtherCoding({ headers }: IncomingMessage): boolean {
  const coding = headers['transfer-encoding'];
  return coding !== undefined && coding.toLowerCase() !== 'chunked';
}

/** Whether a request says how long its body is, as each that has one does. */
export function hasBody({ headers }: IncomingMessage): boolean {
  const { 'content-length': length, 'transfer-encoding': coding } = headers;
  return coding !== undefined || (length !== undefined && length !== '0');
}

/** What a request takes along beside what its client sent; names of its own replace the client's. */
export type Additions = Readonly<Record<string, string>>;

/** Whether to say who asked: alone, or after those who said so before us and can be believed. */
export type Forwarded = 'no' | 'replace' | 'append';

/**
 * The headers that a request goes on to the upstream with.
 * @param host what a request of HTTP/1.0 that names no host is for
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
 * Who asked, for a server that trusts us to say so: as RFC 7239 has it, and as everybody wrote it before. There the
 * scheme and host that the client used are those that the first proxy saw.
 * @param isTrusted whether there is a proxy before us; if not, a client could say whatever it wants of itself
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

/** At the end of what those before us have said. */
function after(before: string | string[] | undefined, own: string): string {
  return before === undefined ? own : `${before}, ${own}`;
}

function without(headers: readonly string[], names: readonly string[]): readonly string[] {
  if (names.length === 0) return headers;
  const unwanted = new Set(names.map((name) => name.toLowerCase()));
  return headers.filter((_, i) => !unwanted.has(headers[i - (i % 2)]!.toLowerCase()));
}
