import { all, inFlight, notified } from '../metrics.js';
import {
  always,
  between,
  both,
  called,
  legacy,
  modern,
  not,
  over,
  piped,
  type Row,
  row,
  type Step,
  stateless,
} from '../row.js';
import { begin, grown, type Scene } from '../scene.js';

const hanging = { does: (s: Scene) => begin(s, 'hangs'), grows: [[always, inFlight('tools/call')]] } as const;
const ended = [[always, called('hangs', 'cancelled', 'closed')]] as const;
/** The connection breaks between the proxy and the server, which is the server's fault while the client is connected. */
const broken = [[between, called('hangs', 'server_error', '-32000')], ...ended] as const;
const cancelled = notified('received', 'notifications/cancelled');

async function cancel(scene: Scene): Promise<void> {
  const { peer } = scene;
  const { signal, abort } = controller();
  peer.request('tools/call', { name: 'hangs' }, { signal }).catch(() => {});
  await grown(scene, inFlight('tools/call'));
  abort();
}

const apart = [[stateless, 'the two come on connections of their own']] as const;

function controller() {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort() };
}

/** Higher than any id that the client has used. */
const LATER = 100_000;

const callOf = (name: string) => ({
  jsonrpc: '2.0',
  id: LATER,
  method: 'tools/call',
  params: { name, arguments: { text: 'hello' } },
});
const cancelOf = { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: LATER } };

/** Sends the cancellation first, as two sockets may deliver it. */
async function cancelEarly({ peer }: Scene): Promise<void> {
  await peer.send(cancelOf);
  peer.send(callOf('hangs')).catch(() => {});
}

/** The order of the two is left to chance. */
async function cancelAtOnce({ peer }: Scene): Promise<void> {
  peer.send(callOf('hangs')).catch(() => {});
  await peer.send(cancelOf);
}

async function cancelLate(scene: Scene): Promise<void> {
  await scene.peer.send(callOf('echo'));
  await grown(scene, called('echo'));
  await scene.peer.send(cancelOf);
}

function cancelledRow(title: string, does: Step['does']): Row {
  const grows: Step['grows'] = [[always, all(cancelled, called('hangs', 'cancelled', 'cancelled'))]];
  const steps = [
    { does, grows },
    { does: (s: Scene) => s.peer.vanish(), grows },
  ];
  return { title, steps, absent: apart, alone: true };
}

/** Requests that end without an answer. */
export const endings: readonly Row[] = [
  {
    title: 'a call that the client cancels ends as cancelled',
    steps: [
      {
        does: cancel,
        grows: [
          // A client of 2026-07-28 cancels by closing the stream.
          [both(modern, stateless), called('hangs', 'cancelled', 'closed')],
          // The notification arrives on another connection, so its request cannot be found.
          [both(legacy, stateless), all(cancelled, inFlight('tools/call'))],
          [always, all(cancelled, called('hangs', 'cancelled', 'cancelled'))],
        ],
      },
      {
        does: (s) => s.peer.leave(),
        grows: [
          [both(modern, stateless), called('hangs', 'cancelled', 'closed')],
          [stateless, all(cancelled, called('hangs', 'cancelled', 'closed'))],
          [always, all(cancelled, called('hangs', 'cancelled', 'cancelled'))],
        ],
      },
    ],
    alone: true,
  },
  cancelledRow('a call whose cancel comes before it ends as %outcome', cancelEarly),
  cancelledRow('a call that is cancelled in the moment it is made ends as %outcome', cancelAtOnce),
  {
    ...row('a cancellation after the answer changes nothing', cancelLate, [
      always,
      all(cancelled, called('echo')),
    ]),
    absent: apart,
  },
  {
    title: 'a handler that never answers is in flight until its client disconnects, and ends as %outcome',
    steps: [hanging, { does: (s) => s.peer.vanish(), grows: [[piped, inFlight('tools/call')], ...ended] }],
    alone: true,
    needsIdleSession: true,
  },
  {
    title: 'a session that is deleted during a call ends the call as %outcome',
    steps: [hanging, { does: (s) => s.peer.leave(), grows: ended }],
    absent: [
      [stateless, 'there is no session'],
      [not(over('streamable_http')), 'there is no good-bye'],
    ],
    alone: true,
  },
  {
    title: 'a network failure during a call ends the call as %outcome',
    steps: [hanging, { does: async (s) => s.running.cut?.(), grows: broken }],
    absent: [[over('stdio', 'other'), 'there is no network']],
    alone: true,
    needsIdleSession: true,
  },
];
