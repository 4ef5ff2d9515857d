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

it('of a toolkit that was shut down nothing is left: no timer, listener, handle or memory', async () => {
  const child = spawn(process.execPath, ['--expose-gc', 'test/fixtures/comes-and-goes.mjs'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, COUNT: '100' },
  });
  const { before, after, perToolkit, idle } = JSON.parse(await text(child.stdout)) as Said;
  expect(after.listeners).toEqual(before.listeners);
  expect(after.resources).toEqual(before.resources);
  // Seventy kilobytes once, of each.
  expect(perToolkit).toBeLessThan(4_000);
  // With 2,000 of them it was 15 % of a core.
  expect(idle).toBeLessThan(0.05);
}, 60_000);
