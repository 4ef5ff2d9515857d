import { catalog } from '@pmcp/observability/catalog';
import { expect } from 'vitest';
import { all, ended, type Growth, notified, refused, series } from '../metrics.js';
import { always, modern, piped, type Row, type Step } from '../row.js';
import type { Scene } from '../scene.js';
import { MAX_STREAMS } from '../tools.js';

const LISTEN = 'subscriptions/listen';

/** The request is answered once its stream is open, and is not timed: the stream ends only when one side disconnects. */
const opened: Growth = {
  [series(catalog.requests, [LISTEN, '', 'ok'])]: 1,
  ...notified('sent', 'notifications/subscriptions/acknowledged'),
};
/** Clients with sessions have no such streams, and their servers no such method. */
const unknown = ended(LISTEN, '', 'client_error', '-32601');

async function listen({ peer }: Scene, id: number): Promise<void> {
  const params = { notifications: { toolsListChanged: true } };
  await peer.send({ jsonrpc: '2.0', id, method: LISTEN, params });
}

const OPEN = series(catalog.activeSubscriptions, ['tools_list_changed']);
const SILENT = series(catalog.silentSubscriptions, ['tools_list_changed']);

/** Expects this many open streams, none of which has carried a message. */
async function areOpen({ host, running }: Scene, count: number): Promise<void> {
  if (host.era !== 'modern') return;
  const open = async () => {
    const samples = await running.metrics();
    return [samples.get(OPEN), samples.get(SILENT)];
  };
  await expect.poll(open).toEqual([count, count]);
}

const leaves = (grows: Step['grows'], count: number): Step => ({
  does: async (scene) => {
    await scene.peer.vanish();
    await areOpen(scene, piped(scene.host) ? count : 0);
  },
  grows,
});

const one: Step['grows'] = [
  [modern, opened],
  [always, unknown],
];
const oneTooMany: Step['grows'] = [
  [modern, all(opened, opened, refused('limit', LISTEN, 'server_error'))],
  [always, all(unknown, unknown, unknown)],
];

/** Streams for announcements of a server. */
export const streams: readonly Row[] = [
  {
    title:
      'a stream for announcements is open until its client disconnects, and its request ends as %outcome',
    steps: [
      {
        does: async (scene) => {
          await listen(scene, 7001);
          await areOpen(scene, 1);
        },
        grows: one,
      },
      leaves(one, 1),
    ],
    alone: true,
  },
  {
    title: 'with a limit of two streams the third is refused',
    steps: [
      {
        does: async (scene) => {
          for (const id of [7001, 7002, 7003]) {
            await listen(scene, id);
            await areOpen(scene, Math.min(id - 7000, MAX_STREAMS));
          }
        },
        grows: oneTooMany,
      },
      leaves(oneTooMany, MAX_STREAMS),
    ],
    alone: true,
  },
];
