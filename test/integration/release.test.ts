import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';

interface Left {
  readonly heap: number;
  readonly resources: readonly string[];
  readonly listeners: readonly string[];
}

interface Said {
  readonly before: Left;
  readonly after: Left;
  readonly perToolkit: number;
  readonly idle: number;
}

it('a toolkit that was shut down leaves nothing: no timer, listener, handle or memory', async () => {
  const child = spawn(process.execPath, ['--expose-gc', 'test/fixtures/comes-and-goes.mjs'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, COUNT: '100' },
  });
  const { before, after, perToolkit, idle } = JSON.parse(await text(child.stdout)) as Said;
  expect(after.listeners).toEqual(before.listeners);
  expect(after.resources).toEqual(before.resources);
  // It was 70 kB per toolkit before the fix.
  expect(perToolkit).toBeLessThan(4_000);
  // It was 15 % of a core with 2,000 toolkits before the fix.
  expect(idle).toBeLessThan(0.05);
});
