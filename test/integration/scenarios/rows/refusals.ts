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
/** Whether a body is read by who observes although its server may refuse it unread; one that is heard is read where its server reads it. */
const isRead: Which = (host) => between(host) || (proxied(host) && perRequestV2(host));

/** What the endpoint refuses before a server has a message. The proxy reads the message nevertheless, and knows its method. */
export const refusals: readonly Row[] = [
  {
    ...row(
      'a version of tomorrow is refused where the endpoint looks at it',
      sends({ 'mcp-protocol-version': '2099-01-01' }),
      [sse, ended('ping')],
      [both(proxied, perRequestV2), refused('other', 'ping')],
      [proxied, refused('unsupported_version', 'ping')],
      // It takes what says no version of a session for a request of 2026-07-28, and misses that one's headers.
      [perRequestV2, refused('other')],
      [always, refused('unsupported_version')],
    ),
    absent,
  },
  {
    ...row(
      'a session that is not there is refused where there are sessions',
      sends({ 'mcp-session-id': 'invented' }),
      [both(proxied, sessions), refused('other', 'ping')],
      // The host makes a new one, which wants its handshake first.
      [sessions, refused('other')],
      [always, ended('ping')],
    ),
    absent,
  },
  {
    ...row(
      'an Accept that allows nothing is refused where the answer has to be one of two kinds',
      sends({ accept: 'text/html' }),
      [sse, ended('ping')],
      [proxied, refused('not_acceptable', 'ping')],
      [always, refused('not_acceptable')],
    ),
    absent,
  },
  {
    ...row(
      'a body that is no JSON by its header is refused, and no trouble of the transport',
      sends({ 'content-type': 'text/plain' }, 'hello'),
      // Who has read the body can't know that its server did not.
      [both(isRead, sse), all(unreadable(), refused('other'))],
      [isRead, all(unreadable(), refused('unsupported_media_type'))],
      [both(v1, sse), refused('other')],
      [always, refused('unsupported_media_type')],
    ),
    absent,
  },
];
