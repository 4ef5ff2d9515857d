import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** A long turn of the event loop, which delayed other work. In milliseconds. */
export interface Hold {
  /** Elapsed time, including the time in which other programs used the processor. */
  readonly wall: number;
  /** Processor time of the thread. */
  readonly cpu: number;
  /** The part of it for garbage collection. */
  readonly gc: number;
}

interface Told {
  readonly at: number;
  readonly wall?: number;
  readonly cpu?: number;
  readonly gc?: number;
}

const MONITOR = pathToFileURL(join(import.meta.dirname, 'holds/monitor.mjs'));

/** Collects the holds of a process that was started with this `env`. */
export class Holds {
  private readonly folder = mkdtempSync(join(tmpdir(), 'pmcp-holds-'));
  private readonly file = join(this.folder, 'holds');

  constructor() {
    this.forget();
  }

  get env(): Record<string, string> {
    const options = [process.env.NODE_OPTIONS, `--import=${MONITOR}`].filter(Boolean).join(' ');
    return { NODE_OPTIONS: options, HOLDS_FILE: this.file };
  }

  /** Discards all earlier holds. */
  forget(): void {
    writeFileSync(this.file, '');
  }

  /** Returns the holds that were long enough to be reported, those with the most work first. */
  all(): Hold[] {
    const told = readFileSync(this.file, 'utf8')
      .split('\n')
      .filter((line) => line.endsWith('}'))
      .map((line): Told => JSON.parse(line));
    return told
      .filter((fact): fact is Told & { wall: number; cpu: number } => fact.wall !== undefined)
      .map(({ at, wall, cpu }) => ({ wall, cpu, gc: collected(told, at, at + wall) }))
      .sort((a, b) => b.cpu - b.gc - (a.cpu - a.gc));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Returns the milliseconds of garbage collections within a period. */
function collected(told: readonly Told[], from: number, to: number): number {
  return told.reduce(
    (sum, { at, gc = 0 }) => sum + Math.max(0, Math.min(at + gc, to) - Math.max(at, from)),
    0,
  );
}
