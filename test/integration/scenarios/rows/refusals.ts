import { all, ended, refused, unreadable } from '../metrics.js';
import { always, between, both, over, proxied, type Row, row, stateful, v1, v2, type Which } from '../row.js';
import { type Scene, tried } from '../scene.js';

const PING = JSON.stringify({ jsonrpc: '2.0', id: 7001, method: 'ping' });

const sends =
  (headers: Readonly<Record<string, string>>, text = PING) =>
  (s: Scene) =>
    tried(s.peer.sendText(text, headers));

const absent: NonNullable<Row['absent']> = [[over('stdio', 'other'), 'there are no headers']];

const sse = over('sse');
const sessions: Which = both(stateful, over('streamable_http'));
const perRequestV2: Which = both(v2, (host) => !host.session);
/**
 * Whether the observer reads a body that its server may refuse unread. Where messages are observed at the
 * edge of the process, it is read when the server reads it.
 */
const isRead: Which = (host) => between(host) || (proxied(host) && perRequestV2(host));

/** Requests that the endpoint refuses before a server gets them. The proxy still reads them, and knows their methods. */
export const refusals: readonly Row[] = [
  {
    ...row(
      'an unknown protocol version is refused if the endpoint checks it',
      sends({ 'mcp-protocol-version': '2099-01-01' }),
      [sse, ended('ping')],
      [both(proxied, perRequestV2), refused('other', 'ping')],
      [proxied, refused('unsupported_version', 'ping')],
      // A request without the version of a session is treated as one of 2026-07-28, whose headers are then
      // missing.
      [perRequestV2, refused('other')],
      [always, refused('unsupported_version')],
    ),
    absent,
  },
  {
    ...row(
      'an unknown session is refused if the endpoint has sessions',
      sends({ 'mcp-session-id': 'invented' }),
      [both(proxied, sessions), refused('other', 'ping')],
      // The host makes a new session, which requires a handshake first.
      [sessions, refused('other')],
      [always, ended('ping')],
    ),
    absent,
  },
  {
    ...row(
      'an Accept header without a usable type is refused if the answer must have one of two types',
      sends({ accept: 'text/html' }),
      [sse, ended('ping')],
      [proxied, refused('not_acceptable', 'ping')],
      [always, refused('not_acceptable')],
    ),
    absent,
  },
  {
    ...row(
      'a body with another content type than JSON is refused, and is no transport error',
      sends({ 'content-type': 'text/plain' }, 'hello'),
      // The observer that read the body can't know that the server did not.
      [both(isRead, sse), all(unreadable(), refused('other'))],
      [isRead, all(unreadable(), refused('unsupported_media_type'))],
      [both(v1, sse), refused('other')],
      [always, refused('unsupported_media_type')],
    ),
    absent,
  },
];
