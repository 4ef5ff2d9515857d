import { all, ended, type Growth, inProgress, type Outcome, operationEnded, taskEnded } from '../metrics.js';
import { always, both, called, legacy, modern, type Row, type Step, v2 } from '../row.js';
import { type Scene, tried } from '../scene.js';

const absent: NonNullable<Row['absent']> = [[both(v2, legacy), 'SDK v2 knows no tasks of 2025-11-25']];

const NAME = 'takes-long';

/** The key of a scene is the id of its task. */
const begins = (ending: string): Step => ({
  does: ({ peer, key }) =>
    tried(peer.request('tools/call', { name: NAME, arguments: { key, ending }, task: { ttl: 3_600_000 } })),
  grows: [[always, all(called(NAME, 'task'), inProgress('task'))]],
});

const sends = (method: string) => (scene: Scene) =>
  scene.peer.send({ jsonrpc: '2.0', id: method, method, params: { taskId: scene.key } });

const over = (outcome: Outcome, type?: string): Growth =>
  all(called(NAME, 'task'), operationEnded('task', NAME, outcome), taskEnded(NAME, outcome, type));

/** Since 2026-07-28 the result is in the answer to `tasks/get`, before that in the answer to `tasks/result`. */
const isResulted = (outcome: Outcome, type?: string): Step => ({
  does: (scene) => sends(scene.host.era === 'modern' ? 'tasks/get' : 'tasks/result')(scene),
  grows: [
    [modern, all(over(outcome, type), ended('tasks/get'))],
    [always, all(over(outcome, type), ended('tasks/result', '', outcome, type))],
  ],
});

/** Clients poll again. */
const isPolled = ({ grows }: Step): Step => ({
  does: sends('tasks/get'),
  grows: grows.map(([which, growth]) => [which, all(growth, ended('tasks/get'))]),
});

const ends = (ending: string, outcome: Outcome, type?: string): Pick<Row, 'steps' | 'absent'> => {
  const resulted = isResulted(outcome, type);
  return { steps: [begins(ending), resulted, isPolled(resulted)], absent };
};

/** Calls that become tasks, and how these end. */
export const tasks: readonly Row[] = [
  { title: 'a task that completes ends once', ...ends('completes', 'ok') },
  { title: 'a task whose tool fails ends once', ...ends('fails', 'tool_error', 'tool_error') },
  {
    title: 'a task that its client cancels ends once',
    absent,
    steps: [
      begins('goes on'),
      {
        does: sends('tasks/cancel'),
        grows: [
          // The server accepts the cancellation, and reports its result later.
          [modern, all(called(NAME, 'task'), inProgress('task'), ended('tasks/cancel'))],
          [always, all(over('cancelled', 'cancelled'), ended('tasks/cancel'))],
        ],
      },
      {
        does: sends('tasks/get'),
        grows: [[always, all(over('cancelled', 'cancelled'), ended('tasks/cancel'), ended('tasks/get'))]],
      },
    ],
  },
  {
    title: 'an unknown task is not ended by a request for it',
    absent,
    steps: [
      begins('goes on'),
      {
        does: (scene) => sends('tasks/get')({ ...scene, key: 'made up' }),
        grows: [
          [modern, all(called(NAME, 'task'), inProgress('task'), ended('tasks/get'))],
          [
            always,
            all(called(NAME, 'task'), inProgress('task'), ended('tasks/get', '', 'client_error', '-32602')),
          ],
        ],
      },
    ],
  },
];
