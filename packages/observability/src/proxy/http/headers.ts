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

const PSEUDONYM = '1.1 pmcp-observability';

/** A message's headers for the next connection: names and values by turns, in their order and spelling. */
export function endToEnd({ rawHeaders, headers }: IncomingMessage): string[] {
  const named = new Set(headers.connection?.split(',').map((name) => name.trim().toLowerCase()));
  const kept: string[] = [];
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!.toLowerCase();
    if (!HOP_BY_HOP.has(name) && !named.has(name)) kept.push(rawHeaders[i]!, rawHeaders[i + 1]!);
  }
  return kept;
}

/** What a request takes along beside what its client sent; names of its own replace the client's. */
export type Additions = Readonly<Record<string, string>>;

/** The headers that a request goes on to the upstream with. */
export function upstreamHeaders(
  incoming: IncomingMessage,
  forwarded: boolean,
  additions: Additions = {},
): string[] {
  const added = { ...(forwarded && whoAsked(incoming)), ...additions };
  const headers = [...without(endToEnd(incoming), Object.keys(added)), 'Via', PSEUDONYM];
  if (incoming.headers['transfer-encoding']) headers.push('Transfer-Encoding', 'chunked');
  return [...headers, ...Object.entries(added).flat()];
}

/** Who asked, for a server that trusts us to say so: as RFC 7239 has it, and as everybody wrote it before. */
function whoAsked({ headers, socket }: IncomingMessage): Additions {
  const from = socket.remoteAddress ?? 'unknown';
  const proto = (socket as Partial<TLSSocket>).encrypted ? 'https' : 'http';
  const { host = '' } = headers;
  const node = from.includes(':') ? `"[${from}]"` : from;
  const element = `for=${node};proto=${proto};host=${JSON.stringify(host)}`;
  return {
    Forwarded: after(headers.forwarded, element),
    'X-Forwarded-For': after(headers['x-forwarded-for'], from),
    'X-Forwarded-Proto': proto,
    'X-Forwarded-Host': host,
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
