import { constants } from 'node:os';
import { type Ending, StartError, startChild } from '../stdio/child.js';

/** One run of a job that has ended. */
export interface Run {
  readonly ending: Ending;
  readonly startedAt: Date;
  readonly seconds: number;
  /** Bytes of what it wrote, where it succeeded and that is known. */
  readonly size?: number;
  /** Why it could not even start. */
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

/** The exit code as a shell would show it. */
export function exitCodeOf({ code, signal }: Ending): number {
  return signal === null ? (code ?? 1) : 128 + constants.signals[signal];
}
