import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { analyse } from '../support/rollouts/argo.js';
import { advance } from '../support/rollouts/flagger.js';
import { NEW, OLD, Rolled } from '../support/rollouts/rolled.js';

/** Long enough for the slowest fault to show. A user may choose it, too. */
const WINDOW = '15s';
const INTERVAL_MS = 1_000;
const pause = () => delay(INTERVAL_MS);

const ofArgo = { namespace: 'argo', rollout: 'notes', 'new-hash': NEW, 'old-hash': OLD, window: WINDOW };
const ofFlagger = { namespace: 'flagger', target: 'notes', interval: WINDOW };

/** Lets both controllers judge the version that runs. */
const judge = async ({ prometheus }: Rolled) => {
  const [argo, flagger] = await Promise.all([
    analyse(prometheus, ofArgo, pause),
    advance(prometheus, ofFlagger, pause),
  ]);
  return { argo, flagger };
};

/** How long clients use the old version before the new one comes, and the new one before it is judged. */
const settled = () => delay(17_000);

interface Bad {
  readonly fault: string;
  readonly metric: string;
}

const FAULTS: readonly Bad[] = [
  { fault: 'failing tools', metric: 'tool-success' },
  { fault: 'server errors', metric: 'availability' },
  { fault: 'slow tools', metric: 'latency' },
];

describe('a rollout, judged by the checks that we ship', () => {
  const rolled = new Rolled();

  beforeAll(async () => {
    await rolled.start();
    for (const hash of [OLD, OLD]) await rolled.add(hash);
    await settled();
  });

  afterAll(() => rolled.stop());

  it('is undecided while nobody uses the new version', async () => {
    await rolled.add(NEW, { idle: true });
    const { argo, flagger } = await judge(rolled);
    await rolled.remove(NEW);
    expect(argo.phase).toBe('Inconclusive');
    expect(new Set(flagger.halts)).toEqual(new Set(['requests']));
  });

  it('promotes a good version, and no alert fires before, meanwhile or afterwards', async () => {
    await rolled.add(NEW);
    await settled();
    const { argo, flagger } = await judge(rolled);
    expect(argo).toEqual({ phase: 'Successful', metrics: [] });
    expect(flagger).toEqual({ phase: 'Succeeded', halts: [] });
    await rolled.add(NEW);
    await rolled.remove(OLD);
    await settled();
    expect(await rolled.fired()).toEqual([]);
    for (const hash of [OLD, OLD]) await rolled.add(hash);
    await rolled.remove(NEW);
    await settled();
  });

  it.each(FAULTS)('takes back a version with $fault', async ({ fault, metric }) => {
    await rolled.add(NEW, { fault });
    await settled();
    const { argo, flagger } = await judge(rolled);
    await rolled.remove(NEW);
    expect(argo).toEqual({ phase: 'Failed', metrics: [`${metric}-compared`] });
    expect(flagger).toMatchObject({ phase: 'Failed', halts: expect.arrayContaining([metric]) });
    await settled();
  });
});

describe('a rollout while both versions fail', () => {
  const rolled = new Rolled();

  beforeAll(() => rolled.start());
  afterAll(() => rolled.stop());

  it('is undecided, since the new version is not to blame', async () => {
    for (const hash of [OLD, NEW]) await rolled.add(hash, { fault: 'failing tools' });
    await settled();
    const { argo, flagger } = await judge(rolled);
    expect(argo).toEqual({ phase: 'Inconclusive', metrics: ['tool-success'] });
    expect(new Set(flagger.halts)).toEqual(new Set(['tool-success']));
  });
});
