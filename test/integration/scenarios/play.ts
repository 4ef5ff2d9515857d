import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Host, Running } from './host.js';
import { type Growth, growth } from './metrics.js';
import { caseOf, isAbsent, type Row, titleOn } from './row.js';
import { grown, openScene, renewed, type Scene, settled, tried } from './scene.js';
import { rows } from './table.js';

/** Makes a test of every scenario on every host. */
export function play(hosts: readonly Host[]): void {
  describe.each(hosts)('$title', (host) => {
    const stage = host.transport === 'stdio' ? sharedStage(host) : aloneStage(host);
    for (const row of rows.filter((row) => !isAbsent(host, row))) it(titleOn(host, row), () => stage(row));
  });
}

/** Does the same if all scenarios share one process, and calls `check` after each. */
export function playShared<R extends Running>(
  host: Host & { open(): Promise<R> },
  rows: readonly Row[],
  check: (running: R) => Promise<unknown> = async () => {},
): void {
  const play = async (row: Row, scene: Scene) => {
    await perform(row, scene);
    if (row.alone) await tried(scene.peer.leave());
    await check(scene.running as R);
  };

  describe('on one connection', () => {
    let scene: Scene;
    beforeAll(async () => {
      scene = await openScene(host);
    });
    afterAll(async () => {
      await tried(scene.peer.leave());
      await scene.running.close();
    });
    for (const row of rows.filter(({ alone }) => !alone)) it(titleOn(host, row), () => play(row, scene));
  });

  describe('on a connection of its own', () => {
    for (const row of rows.filter(({ alone }) => alone))
      it(titleOn(host, row), async () => {
        const scene = await openScene(host);
        await play(row, scene);
        await scene.running.close();
      });
  });
}

type Stage = (row: Row) => Promise<void>;

function aloneStage(host: Host): Stage {
  return async (row) => {
    const scene = await openScene(host);
    try {
      const { before, grew } = await perform(row, scene);
      await settled(scene);
      // Nothing was counted late, or again when the connection ended.
      expect(growth(before, await scene.running.metrics())).toEqual(grew);
    } finally {
      await scene.running.close();
    }
  };
}

/** A process takes half a second to start, so scenarios that leave it unchanged share one. */
function sharedStage(host: Host): Stage {
  const alone = aloneStage(host);
  let shared: Promise<Scene> | undefined;
  afterAll(async () => (await shared)?.running.close());
  return async (row) => {
    if (row.alone) return alone(row);
    shared ??= openScene(host);
    await perform(row, await shared);
  };
}

/** Plays a scenario, and checks after each step how much the metrics grew. */
export async function perform(row: Row, opened: Scene) {
  const scene = row.fromTheStart ? opened : await renewed(opened);
  let grew: Growth = {};
  for (const { does, grows } of row.steps) {
    grew = caseOf(scene.host, grows);
    await does(scene);
    await grown(scene, grew);
  }
  return { before: scene.before, grew };
}
