import { constants } from 'node:os';
import { type Ending, StartError, startChild } from '../stdio/child.js';

/** One run of a job that has ended. */
export interface Run {
  readonly ending: Ending;
  readonly startedAt: Date;
  readonly seconds: number;
  /** How many bytes it wrote, if it succeeded and the size is known. */
  readonly size?: number;
  /** Why the command could not be started. */
  readonly startError?: StartError;
}

/** Runs a command with our own input and output. */
export async function runJob(command: readonly string[]): Promise<Run> {
  const startedAt = new Date();
  const start = performance.now();
  const seconds = () => (performance.now() - start) / 1_000;
  try {
    const { ended } = await startChild(command, ['inherit', 'inherit', 'inherit']);
    return { ending: await ended, startedAt, seconds: seconds() };
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    const ending = { code: error.exitCode, signal: null };
    return { ending, startedAt, seconds: seconds(), startError: error };
  }
}

/** Returns the exit code as a shell would report it. */
export function exitCodeOf({ code, signal }: Ending): number {
  return signal === null ? (code ?? 1) : 128 + constants.signals[signal];
}
