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

/** The headers that a request goes on to the upstream with. */
export function upstreamHeaders(incoming: IncomingMessage, forwarded: boolean): string[] {
  const headers = [...endToEnd(incoming), 'Via', PSEUDONYM];
  if (incoming.headers['transfer-encoding']) headers.push('Transfer-Encoding', 'chunked');
  return forwarded ? [...withoutForwarded(headers), ...forwardedHeaders(incoming)] : headers;
}

/** Who asked, for a server that trusts us to say so. */
function forwardedHeaders({ headers, socket }: IncomingMessage): string[] {
  const before = headers['x-forwarded-for'];
  const from = socket.remoteAddress ?? 'unknown';
  const proto = (socket as Partial<TLSSocket>).encrypted ? 'https' : 'http';
  return [
    ...['X-Forwarded-For', before === undefined ? from : `${before}, ${from}`],
    ...['X-Forwarded-Proto', proto],
    ...['X-Forwarded-Host', headers.host ?? ''],
  ];
}

function withoutForwarded(headers: readonly string[]): string[] {
  return headers.filter((_, i) => !/^x-forwarded-(for|proto|host)$/i.test(headers[i - (i % 2)]!));
}
