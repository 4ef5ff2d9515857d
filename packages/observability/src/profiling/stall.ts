import { clearInterval, setInterval } from 'node:timers';
import { isMainThread, Worker } from 'node:worker_threads';
import { processWide } from '../process-wide.js';
import { INTERVAL_US } from './cpu.js';
import { STALL_PROGRAM } from './stall-program.js';
import type { Activity } from './timeline.js';

/** How often the beat is checked within the shortest stall that counts. */
const TICKS = 8;
/** The longest profile of one stall. What blocks for a minute has the same stack as in its first seconds. */
const MAX_CAPTURE_MS = 5_000;
/** The shortest time between two profiles, so that the files cover hours and the profiler does not run all the time. */
const PAUSES = { first: 60_000, most: 3_600_000 };
/** The names of stall files that we may remove. */
const NAME = '^pmcp-stall-\\d{8}T\\d{9}Z-\\d+\\.cpuprofile$';
const MEGABYTES = 64;

/** A message of the watching thread. */
export type StallReport =
  | {
      readonly path: string;
      readonly ms: number;
      /** Empty if no request is known, or if several ran. */
      readonly request: string;
      /** Innermost frame first. */
      readonly stack: readonly string[];
    }
  | { readonly error: string };

export interface StallConfig {
  readonly directory: string;
  readonly keep: number;
  readonly stallMs: number;
}

const SHARED = 'running';

/** Lets a thread take a profile of the main thread while the main thread is blocked. Never throws. */
export class StallWatch {
  /** When the event loop last turned, and when it last did after a stall; microseconds by the clock of the profiler. */
  private readonly times = new BigInt64Array(new SharedArrayBuffer(16));
  private readonly timer: NodeJS.Timeout;
  private readonly worker: Worker;

  /**
   * @param current returns the request that the process works for now
   * @throws if there can be no thread or no inspector
   */
  constructor(
    { directory, keep, stallMs }: StallConfig,
    current: () => Activity | undefined,
    report: (told: StallReport) => void,
  ) {
    if (!isMainThread) throw new Error('only the main thread of a process is watched for stalls');
    running().title = () => titleOf(current());
    const tickMs = stallMs / TICKS;
    const workerData = {
      times: this.times,
      tickMs,
      missesAllowed: TICKS,
      maxTicks: TICKS + MAX_CAPTURE_MS / tickMs,
      intervalUs: INTERVAL_US,
      expression: `globalThis[Symbol.for('@pmcp/observability.${SHARED}.1')]?.title?.()`,
      directory,
      pid: process.pid,
      own: NAME,
      keep,
      pauses: PAUSES,
    };
    // A start that blocks is as long as it was, and not as long as the machine runs.
    this.turned(stallMs);
    // Without the flags of the process, which may load the application or this toolkit again.
    this.worker = new Worker(STALL_PROGRAM, {
      eval: true,
      workerData,
      execArgv: [],
      env: {},
      resourceLimits: { maxOldGenerationSizeMb: MEGABYTES },
    });
    this.worker.on('message', report).on('error', ({ message: error }) => report({ error }));
    this.worker.unref();
    this.timer = setInterval(() => this.turned(stallMs), tickMs).unref();
  }

  private turned(stallMs: number): void {
    const now = process.hrtime.bigint() / 1000n;
    if (now - Atomics.load(this.times, 0) > stallMs * 1000) Atomics.store(this.times, 1, now);
    Atomics.store(this.times, 0, now);
  }

  close(): void {
    clearInterval(this.timer);
    running().title = undefined;
    this.worker.terminate().catch(() => {});
  }
}

/** The watching thread finds it by this name, which no bundler changes. */
function running(): { title: (() => string) | undefined } {
  return processWide(SHARED, () => ({ title: undefined as (() => string) | undefined }));
}

function titleOf(activity: Activity | undefined): string {
  return activity === undefined ? '' : `${activity.method} ${activity.name}`.trim().slice(0, 200);
}
