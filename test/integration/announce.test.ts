import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'announce-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A process that waits for its entry, prints how many entries exist, and then ends in one of several ways. */
const SCRIPT = `
  import { readdirSync } from 'node:fs';
  import { setTimeout as delay } from 'node:timers/promises';
  import { createObservability } from '@pmcp/observability';

  const { listen, shutdown } = createObservability();
  await listen();
  const entries = () => readdirSync(process.env.PMCP_METRICS_FILE_SD_DIR).filter((name) => name.endsWith('.json'));
  while (entries().length === 0) await delay(10);
  console.log(entries().length);
`;

describe('an announced process', () => {
  it.each([
    ['has nothing left to do', '', 0],
    ['leaves on its own', 'process.exit(3)', 3],
    ['crashes', 'throw new Error("crash")', 1],
    ['shuts down', 'setInterval(() => {}, 1000); await shutdown(); process.exit(4)', 4],
    ['gets SIGTERM twice', 'for (;;) { process.kill(process.pid, "SIGTERM"); await delay(100); }', 'SIGTERM'],
    ['gets SIGTERM', 'process.kill(process.pid, "SIGTERM"); await delay(60_000)', 'SIGTERM'],
  ])('removes its entry when it %s', async (_, end, status) => {
    const child = spawn(process.execPath, ['--input-type=module', '--eval', SCRIPT + end], {
      env: { ...process.env, PMCP_METRICS_FILE_SD_DIR: folder },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const ended = once(child, 'exit');
    expect(await text(child.stdout)).toBe('1\n');
    const [code, signal] = await ended;
    expect(signal ?? code).toBe(status);
    expect(readdirSync(folder)).toEqual([]);
  });
});
