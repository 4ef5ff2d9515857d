import { afterAll, beforeAll, describe, it } from 'vitest';
import { perform } from '../scenarios/play.js';
import { proxiedHosts } from '../scenarios/proxied-hosts.js';
import { isAbsent, titleOn } from '../scenarios/row.js';
import { questions } from '../scenarios/rows/questions.js';
import { tasks } from '../scenarios/rows/tasks.js';
import { openScene, renewed, type Scene } from '../scenarios/scene.js';

describe.each(proxiedHosts)('$title', (host) => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await openScene(host);
  });
  afterAll(() => scene.running.close());

  for (const row of [...questions, ...tasks].filter((row) => !row.alone && !isAbsent(host, row)))
    it(titleOn(host, row), async () => void (await perform(row, await renewed(scene))));

  // A stdio proxy goes with its client, and its metrics with it.
  const unanswered = questions.filter((row) => row.alone && host.transport !== 'stdio');
  for (const row of unanswered)
    it(titleOn(host, row), async () => {
      const scene = await openScene(host);
      await perform(row, await renewed(scene));
      await scene.running.close();
    });
});
