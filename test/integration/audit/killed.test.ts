import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { verifyFiles } from '../../../packages/observability/src/audit/verify.js';
import { Random } from '../../support/random.js';

/** `AUDIT_CALLS=1000000` makes this a long run. */
const CALLS = Number(process.env.AUDIT_CALLS ?? 20_000);
const KILLS = 8;

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'audit-'));
});

afterAll(() => rm(folder, { recursive: true }));

/**
 * @returns the ids of calls that were answered before the process ended, either by itself or by a kill after
 * `killAfter` of them
 */
async function run(first: number, count: number, killAfter: number): Promise<Set<number>> {
  const audit = { destination: join(folder, 'audit.jsonl'), maxBytes: 2_000_000 };
  const args = ['test/fixtures/audited.mjs', String(first), String(count)];
  const child = spawn(process.execPath, args, {
    env: { ...process.env, AUDIT: JSON.stringify(audit) },
    stdio: ['ignore', 'inherit', 'inherit', 'pipe'],
  });
  let text = '';
  let answered = 0;
  (child.stdio[3] as Readable).on('data', (chunk: Buffer) => {
    text += chunk.toString();
    answered += chunk.toString().split('\n').length - 1;
    if (answered >= killAfter) child.kill('SIGKILL');
  });
  await once(child, 'close');
  // Text after the last line feed is an incomplete answer.
  return new Set(text.split('\n').slice(0, -1).map(Number));
}

it('every answered call has a record, and the log verifies, however often the process is killed', async () => {
  const random = new Random(17);
  const answered = new Set<number>();
  for (let round = 0; round <= KILLS; round++) {
    const isLast = round === KILLS;
    const share = Math.floor(CALLS / (KILLS + 1));
    const killAfter = isLast ? Number.POSITIVE_INFINITY : random.below(share);
    for (const id of await run(round * CALLS, share, killAfter)) answered.add(id);
  }
  const names = (await readdir(folder)).filter((name) => !name.endsWith('.lock'));
  // Rotated files have the number of their last record in their names. The current file comes last.
  const paths = names
    .sort((a, b) => b.length - a.length || (a < b ? -1 : 1))
    .map((name) => join(folder, name));
  const verdict = await verifyFiles(paths);
  expect(verdict).toMatchObject({ fault: undefined, lost: 0, isEnded: true });
  expect(verdict.unfinished).toBeLessThanOrEqual(KILLS);
  const recorded = new Set<number>();
  for (const path of paths)
    for (const line of (await readFile(path, 'utf8')).split('\n'))
      if (line.includes('"kind":"call"') && line.endsWith('"}')) recorded.add(JSON.parse(line).id);
  expect(answered.size).toBeGreaterThan(0);
  expect([...answered].filter((id) => !recorded.has(id))).toEqual([]);
}, 900_000);
