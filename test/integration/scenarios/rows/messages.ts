import { expect } from 'vitest';
import { all, ended, inFlight, notified, refused, unreadable } from '../metrics.js';
import {
  always,
  and,
  both,
  called,
  caseOf,
  connected,
  modern,
  over,
  piped,
  proxied,
  type Row,
  row,
  stateless,
  v2,
  type Which,
} from '../row.js';
import { call, grown, join, type Scene, tried } from '../scene.js';

const ROOTS_CHANGED = 'notifications/roots/list_changed';
const CANCELLED = 'notifications/cancelled';
const released = all(called('waits'), called('releases'));
const inMemory: Which = ({ title }) => title.endsWith('in memory');
const overHttp = over('sse', 'streamable_http');
const perRequestV2 = both(v2, stateless);
/** The server gives its reason in plain text, which the proxy does not read. */
const inPlainText = all(unreadable(), refused('other'), called('echo'));

/** Unreadable text may change nothing; the following call shows that. */
async function text(scene: Scene, garbage: string): Promise<void> {
  await tried(scene.peer.sendText(garbage));
  await call(scene, 'echo', { text: 'afterwards' });
}

/** Makes a request with our own id; the client that carries it expects no answer to it. */
function callWith(id: number | string, name: string, args: object) {
  return { jsonrpc: '2.0', id, method: 'tools/call', params: { name, arguments: args } };
}

async function oneIdTwice(scene: Scene): Promise<void> {
  const { host, running, key } = scene;
  const other = await join(host, running);
  const joined = caseOf(host, connected);
  const answers = [call(scene, 'waits', { key }), call({ peer: other }, 'waits', { key: `${key}, too` })];
  await grown(scene, all(joined, inFlight('tools/call', 2)));
  await call(scene, 'releases', { key: `${key}, too` });
  await grown(scene, all(joined, called('waits'), called('releases'), inFlight('tools/call')));
  await call({ peer: other }, 'releases', { key });
  const [one, two] = await Promise.all(answers);
  expect(one).toEqual(two);
  await other.leave();
}

/** The older request ends first, so that confusing the two would end the other. */
async function twoKindsOfId(scene: Scene): Promise<void> {
  const { peer, key } = scene;
  await peer.send(callWith(7001, 'waits', { key }));
  await peer.send(callWith('7001', 'hangs', {}));
  await grown(scene, inFlight('tools/call', 2));
  await call(scene, 'releases', { key });
  await grown(scene, all(released, inFlight('tools/call')));
  await peer.send({ jsonrpc: '2.0', method: CANCELLED, params: { requestId: '7001' } });
}

async function batch(scene: Scene): Promise<void> {
  const notification = { jsonrpc: '2.0', method: ROOTS_CHANGED };
  const ping = { jsonrpc: '2.0', id: '7001', method: 'ping' };
  await tried(scene.peer.send([callWith(7001, 'echo', { text: 'hello' }), notification, ping]));
  // A batch that the server does not support changes nothing; this call comes after it.
  await call(scene, 'echo', { text: 'afterwards' });
}

/** Messages that ordinary clients send never or rarely. */
export const messages: readonly Row[] = [
  {
    ...row(
      'malformed JSON is an error of type parse',
      (s) => text(s, '{"jsonrpc": "2.0", '),
      // A proxy reports what its server skips.
      [piped, all(unreadable(), called('echo'))],
      // SDK v2 skips lines that are not JSON without a report.
      [both(v2, over('stdio')), called('echo')],
      [both(proxied, over('sse')), inPlainText],
      [overHttp, all(unreadable(), refused('unreadable'), called('echo'))],
      [always, all(unreadable(), called('echo'))],
    ),
    absent: [[inMemory, 'objects are handed over, not text']],
  },
  {
    ...row(
      'JSON that is not JSON-RPC is an error of type parse',
      (s) => text(s, '{"jsonrpc": "1.0", "greeting": "hello"}'),
      [both(proxied, over('sse')), inPlainText],
      // The proxy has read it before the server refuses it.
      [both(proxied, perRequestV2), all(unreadable(), refused('other'), called('echo'))],
      // Code in front of the server's transports refuses it.
      [perRequestV2, all(refused('other'), called('echo'))],
      [overHttp, all(unreadable(), refused('unreadable'), called('echo'))],
      // The transport accepts everything.
      [over('other'), called('echo')],
      [always, all(unreadable(), called('echo'))],
    ),
    absent: [[inMemory, 'objects are handed over, not text']],
  },
  {
    ...row(
      'requests with the same id on two connections are distinguished',
      oneIdTwice,
      ...and(connected, released, released),
    ),
    absent: [[over('stdio'), 'a process has one connection']],
    alone: true,
  },
  {
    ...row('the ids 1 and "1" on one connection are distinguished', twoKindsOfId, [
      always,
      all(released, notified('received', CANCELLED), called('hangs', 'cancelled', 'cancelled')),
    ]),
    absent: [[stateless, 'every request has a connection of its own']],
  },
  row(
    'a batch is counted message by message if the server supports batches',
    batch,
    // The proxy reads the batch before the server refuses it, in revisions with batches.
    [
      both(proxied, over('sse')),
      all(
        refused('other', 'tools/call', 'client_error', 'echo'),
        refused('other', 'ping'),
        notified('received', ROOTS_CHANGED),
        called('echo'),
      ),
    ],
    [both(proxied, both(modern, overHttp)), all(unreadable(), refused('other'), called('echo'))],
    // The revision has no batches, and they are refused before a transport exists.
    [both(modern, over('streamable_http')), all(refused('other'), called('echo'))],
    [over('sse'), all(unreadable(), refused('unreadable'), called('echo'))],
    [over('stdio'), all(unreadable(), called('echo'))],
    [over('other'), called('echo')],
    [always, all(called('echo'), notified('received', ROOTS_CHANGED), ended('ping'), called('echo'))],
  ),
];
