import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { Collector } from '../../../scripts/collector/collector.js';
import { type Sdk, SUBJECTS, type Subject } from './signals-worker.js';
import { median, table } from './stats.js';

const ROUNDS = 7;
const SDKS: readonly Sdk[] = ['v1', 'v2'];
const WORKER = join(import.meta.dirname, 'signals-worker.ts');

interface Result {
  /** Microseconds for a request and its answer through a transport that does nothing. */
  readonly noop: number;
  /** Microseconds for a callTool in memory. */
  readonly roundtrip: number;
}

/**
 * (d) Measures what each signal adds. Once AsyncLocalStorage was used, it slows every promise of its process.
 * So each subject has its own processes, which take turns.
 */
export async function signals(): Promise<string> {
  const collector = await Collector.start();
  const results: { subject: Subject; sdk: Sdk; result: Result }[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    for (const subject of SUBJECTS) {
      for (const sdk of SDKS) results.push({ subject, sdk, result: await run(subject, sdk, collector.url) });
    }
  }
  collector.stop();
  const middle = (subject: Subject, sdk: Sdk, key: keyof Result) =>
    median(
      results.filter((each) => each.subject === subject && each.sdk === sdk).map(({ result }) => result[key]),
    );
  const roundtrip = (subject: Subject, sdk: Sdk) => {
    const [bare, observed] = [middle('bare', sdk, 'roundtrip'), middle(subject, sdk, 'roundtrip')];
    return [observed.toFixed(1), (observed - bare).toFixed(1), (observed / bare).toFixed(2)];
  };
  return table(
    ['signals', 'no-op transport, µs'].concat(
      ...SDKS.map((sdk) => [`callTool, SDK ${sdk}, µs`, 'added, µs', 'ratio']),
    ),
    SUBJECTS.map((subject) => [
      subject,
      middle(subject, 'v2', 'noop').toFixed(1),
      ...SDKS.flatMap((sdk) => roundtrip(subject, sdk)),
    ]),
  );
}

async function run(subject: Subject, sdk: Sdk, url: string): Promise<Result> {
  const child = spawn(process.execPath, ['--import', 'tsx', WORKER, subject, sdk, url], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [output] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  return JSON.parse(output) as Result;
}
