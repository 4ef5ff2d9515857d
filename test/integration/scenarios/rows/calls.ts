import { all, ended, notified } from '../metrics.js';
import { always, called, lowLevel, type Row, row, v2 } from '../row.js';
import { call, tried } from '../scene.js';

/** Calls of tools, and their outcomes. */
export const calls: readonly Row[] = [
  row('a call that succeeds ends as %outcome', (s) => call(s, 'echo', { text: 'hello' }), [
    always,
    called('echo'),
  ]),
  row('a result with isError ends as %outcome', (s) => call(s, 'fails'), [
    always,
    called('fails', 'tool_error', 'tool_error'),
  ]),
  row(
    'a call with bad arguments ends as %outcome',
    (s) => tried(call(s, 'echo', { text: 5 })),
    [lowLevel, called('echo', 'client_error', '-32602')],
    [always, called('echo', 'tool_error', 'tool_error')],
  ),
  row(
    'a throwing handler ends as %outcome',
    (s) => tried(call(s, 'throws')),
    [lowLevel, called('throws', 'server_error', '-32603')],
    [always, called('throws', 'tool_error', 'tool_error')],
  ),
  row(
    'an unknown tool has no name and ends as %outcome',
    (s) => tried(call(s, 'invented')),
    [lowLevel, called('_other', 'client_error', '-32602')],
    [v2, called('_other', 'client_error', '-32602')],
    [always, called('_other', 'tool_error', 'tool_error')],
  ),
  row(
    'an unknown method is counted as _other and ends as %outcome',
    (s) => tried(s.peer.request('invented/method')),
    [always, ended('_other', '', 'client_error', '-32601')],
  ),
  row(
    'a tool that reports progress sends as many notifications',
    (s) => s.peer.request('tools/call', { name: 'progresses' }, { onprogress: () => {} }),
    [always, all(called('progresses'), notified('sent', 'notifications/progress', 3))],
  ),
  row(
    'a notification from the client is counted',
    (s) => s.peer.send({ jsonrpc: '2.0', method: 'notifications/roots/list_changed' }),
    [always, notified('received', 'notifications/roots/list_changed')],
  ),
];
