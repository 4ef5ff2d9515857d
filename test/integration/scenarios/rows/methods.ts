import { ended } from '../metrics.js';
import { always, connected, legacy, lowLevel, modern, type Row, row } from '../row.js';
import { type Scene, tried } from '../scene.js';
import { NOTE } from '../tools.js';

const request = (method: string, params?: object) => (scene: Scene) => scene.peer.request(method, params);

/** Sends it as a raw message, because a client of the other era would not send it. */
const sent = (method: string) => (scene: Scene) =>
  tried(scene.peer.send({ jsonrpc: '2.0', id: 7001, method, params: {} }));

const completion = {
  ref: { type: 'ref/prompt', name: 'greet' },
  argument: { name: 'name', value: 'A' },
};

/** The other methods of the specification. */
export const methods: readonly Row[] = [
  {
    ...row('initialize is counted', async () => {}, ...connected),
    absent: [[modern, 'the handshake is gone']],
    alone: true,
    fromTheStart: true,
  },
  row(
    'server/discover ends as %outcome',
    sent('server/discover'),
    [modern, ended('server/discover')],
    [always, ended('server/discover', '', 'client_error', '-32601')],
  ),
  row(
    'ping ends as %outcome',
    sent('ping'),
    [modern, ended('ping', '', 'client_error', '-32601')],
    [always, ended('ping')],
  ),
  row('tools/list ends as %outcome', request('tools/list'), [always, ended('tools/list')]),
  row('prompts/list ends as %outcome', request('prompts/list'), [always, ended('prompts/list')]),
  row(
    'prompts/get has the name of the prompt',
    request('prompts/get', { name: 'greet', arguments: { name: 'Ada' } }),
    [always, ended('prompts/get', 'greet')],
  ),
  row(
    'an unknown prompt has no name and ends as %outcome',
    (s) => tried(s.peer.request('prompts/get', { name: 'invented' })),
    [always, ended('prompts/get', '_other', 'client_error', '-32602')],
  ),
  row('resources/list ends as %outcome', request('resources/list'), [always, ended('resources/list')]),
  row('resources/templates/list ends as %outcome', request('resources/templates/list'), [
    always,
    ended('resources/templates/list'),
  ]),
  row('resources/read has no URI in its labels', request('resources/read', { uri: NOTE.uri }), [
    always,
    ended('resources/read'),
  ]),
  row(
    'an unknown resource ends as %outcome',
    (s) => tried(s.peer.request('resources/read', { uri: 'unknown://resource' })),
    [lowLevel, ended('resources/read', '', 'client_error', '-32002')],
    [always, ended('resources/read', '', 'client_error', '-32602')],
  ),
  row('completion/complete ends as %outcome', request('completion/complete', completion), [
    always,
    ended('completion/complete'),
  ]),
  row(
    'logging/setLevel ends as %outcome',
    (s) =>
      tried(s.peer.send({ jsonrpc: '2.0', id: 7001, method: 'logging/setLevel', params: { level: 'info' } })),
    [legacy, ended('logging/setLevel')],
    [modern, ended('logging/setLevel', '', 'client_error', '-32601')],
  ),
];
