import { unexpected } from '../expect.js';
import { type Env, integer, isSet, known } from '../validate.js';

/** Shorter stalls happen in every server, and would need constant checks. */
const MIN_STALL_MS = 100;

/** Profiles that are written to a folder: when the process is told to by `SIGUSR2`, and when its event loop stalls. */
export interface ProfilingOptions {
  /** The folder for profiles. Default: `PMCP_PROFILE_DIR`, else none, and then the toolkit leaves `SIGUSR2` alone. */
  readonly directory?: string;
  /** How many seconds a profile takes, from 1 to 60. Default: 30. */
  readonly seconds?: number;
  /** How many files to keep of each kind. The oldest are deleted. Default: 20. */
  readonly keep?: number;
  /**
   * Milliseconds that one turn of the event loop may take. If a turn takes longer, a CPU profile of it is written. Default:
   * `PMCP_PROFILE_STALL_MS`, else the event loop is not watched.
   */
  readonly stallMs?: number;
}

export interface CaptureConfig {
  readonly directory: string;
  readonly seconds: number;
  readonly keep: number;
  /** Undefined if the event loop is not watched. */
  readonly stallMs: number | undefined;
}

/**
 * @returns undefined if no folder is configured
 * @throws TypeError that names the option, what was expected and what came
 */
export function resolveCapture(
  options: ProfilingOptions = {},
  env: Env = process.env,
): CaptureConfig | undefined {
  known('profiling', options, ['directory', 'seconds', 'keep', 'stallMs']);
  const seconds = integer('profiling.seconds', options.seconds, 30, 1, 60);
  const keep = integer('profiling.keep', options.keep, 20, 2, 1_000);
  const stall = stallMs(options.stallMs, env);
  const directory = options.directory ?? (isSet(env.PMCP_PROFILE_DIR) ? env.PMCP_PROFILE_DIR : undefined);
  if (directory === undefined) {
    if (stall === undefined) return undefined;
    throw unexpected('profiling.directory', 'a folder, since stalls are to be written there', directory);
  }
  if (typeof directory !== 'string' || directory === '')
    throw unexpected('profiling.directory', 'a folder', directory);
  return { directory, seconds, keep, stallMs: stall };
}

function stallMs(option: number | undefined, { PMCP_PROFILE_STALL_MS: variable }: Env): number | undefined {
  if (option !== undefined) return integer('profiling.stallMs', option, MIN_STALL_MS, MIN_STALL_MS, 60_000);
  if (!isSet(variable)) return undefined;
  const given = /^\d+$/.test(variable) ? Number(variable) : variable;
  return integer('PMCP_PROFILE_STALL_MS', given as number, MIN_STALL_MS, MIN_STALL_MS, 60_000);
}
