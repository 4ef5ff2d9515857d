import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { logWarning } from '../codes/tell.js';
import type { CaptureConfig } from './config.js';
import { takeCpuProfile } from './cpu.js';
import { takeHeapProfile } from './heap.js';
import type { Profiling } from './profiling.js';
import { type StallReport, StallWatch } from './stall.js';

const SIGNAL = 'SIGUSR2';
/** The names of files that we may remove. */
const NAME = /^pmcp-\d{8}T\d{9}Z-\d+\.(?:cpuprofile|heapprofile)$/;

/**
 * Writes a CPU profile and a heap profile to a folder on `SIGUSR2`, for operators who can't reach the port of the process. Also
 * writes a CPU profile when the event loop stalls. The formats need no library. Never throws.
 */
export class Capture {
  private readonly ending = new AbortController();
  private stalls: StallWatch | undefined;

  constructor(
    private readonly config: CaptureConfig,
    private readonly profiling: Profiling,
    private readonly log: Pick<Logger, 'info' | 'warn'>,
  ) {}

  start(): void {
    try {
      // A process that observes several servers starts this several times.
      process.off(SIGNAL, this.capture).on(SIGNAL, this.capture);
    } catch {
      this.failed(`this system has no ${SIGNAL}`);
    }
    this.watchStalls();
  }

  close(): void {
    process.off(SIGNAL, this.capture);
    this.ending.abort();
    this.stalls?.close();
  }

  private watchStalls(): void {
    const { stallMs, ...config } = this.config;
    if (stallMs === undefined || this.stalls !== undefined || this.ending.signal.aborted) return;
    try {
      this.stalls = new StallWatch({ ...config, stallMs }, this.profiling.current, (told) =>
        this.stalled(told),
      );
    } catch (error) {
      this.failed((error as Error).message);
    }
  }

  private stalled(told: StallReport): void {
    if ('error' in told) {
      this.failed(told.error);
      return;
    }
    const { path, ms, request, stack } = told;
    const whose = request === '' ? '' : ` by ${request}`;
    const where = stack[0] === undefined ? '' : ` in ${stack[0]}`;
    logWarning(
      this.log,
      'PMCP_W_EVENT_LOOP_STALLED',
      `the event loop was blocked for ${ms} ms${whose}${where}; a profile was written to ${path}`,
      { stack },
    );
  }

  private readonly capture = (): void => {
    this.profiling
      .exclusively(
        { profile: 'profile', format: 'cpuprofile', seconds: this.config.seconds, address: undefined },
        () => this.write(),
      )
      .then((wasFree) => {
        if (!wasFree) this.failed('a profile is being taken already');
      })
      .catch((error: Error) => {
        if (!this.ending.signal.aborted) this.failed(error.message);
      });
  };

  private failed(reason: string): void {
    logWarning(this.log, 'PMCP_W_PROFILE_NOT_WRITTEN', `no profile is written to a folder: ${reason}`);
  }

  private async write(): Promise<void> {
    const { directory, seconds } = this.config;
    const { signal } = this.ending;
    // Checked before a minute of work, not after it.
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const [cpu, heap] = await Promise.all([
      takeCpuProfile(seconds, this.profiling.current, signal),
      takeHeapProfile(seconds, 'live', signal),
    ]);
    const time = new Date().toISOString().replaceAll(/[-:.]/g, '');
    const base = join(directory, `pmcp-${time}-${process.pid}`);
    await this.file(`${base}.cpuprofile`, cpu.profile);
    await this.file(`${base}.heapprofile`, heap);
    await this.prune();
    this.log.info(`profiles written to ${base}.cpuprofile and .heapprofile`);
  }

  private async file(path: string, profile: object): Promise<void> {
    await writeFile(path, JSON.stringify(profile), { flag: 'wx', mode: 0o600 });
  }

  /** Removes the oldest files. Their names sort by time. */
  private async prune(): Promise<void> {
    const { directory, keep } = this.config;
    const ours = (await readdir(directory)).filter((name) => NAME.test(name)).sort();
    for (const name of ours.slice(0, Math.max(0, ours.length - keep)))
      await rm(join(directory, name), { force: true });
  }
}
