import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { Collector } from '../../../test/support/collector/collector.js';
import { SUBJECTS, type Subject } from './signals-worker.js';
import { median, table } from './stats.js';

const ROUNDS = 7;
const WORKER = join(import.meta.dirname, 'signals-worker.ts');

interface Result {
  /** Microseconds of a request and its answer through a transport that does nothing. */
  readonly noop: number;
  /** Microseconds of a callTool in memory. */
  readonly roundtrip: number;
}

/**
 * (d) What each signal adds. AsyncLocalStorage, once used, slows every promise of its process, so each
 * subject has processes of its own, in turns.
 */
export async function signals(): Promise<string> {
  const collector = await Collector.start();
  const results = new Map<Subject, Result[]>(SUBJECTS.map((subject) => [subject, []]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const subject of SUBJECTS) results.get(subject)?.push(await run(subject, collector.url));
  }
  collector.stop();
  const middle = (subject: Subject, key: keyof Result) =>
    median((results.get(subject) ?? []).map((result) => result[key]));
  const bare = middle('bare', 'roundtrip');
  return table(
    ['signals', 'no-op transport, µs', 'callTool in memory, µs', 'added, µs', 'ratio'],
    SUBJECTS.map((subject) => {
      const roundtrip = middle(subject, 'roundtrip');
      return [
        subject,
        middle(subject, 'noop').toFixed(1),
        roundtrip.toFixed(1),
        (roundtrip - bare).toFixed(1),
        (roundtrip / bare).toFixed(2),
      ];
    }),
  );
}

async function run(subject: Subject, url: string): Promise<Result> {
  const child = spawn(process.execPath, ['--import', 'tsx', WORKER, subject, url], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [output] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  return JSON.parse(output) as Result;
}
