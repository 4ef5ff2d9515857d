import { unexpected } from '../expect.js';
import { type Env, integer, isSet, known } from '../validate.js';

/** Profiles that are written to a folder when the process is told to by `SIGUSR2`. */
export interface ProfilingOptions {
  /** The folder. Default: `PMCP_PROFILE_DIR`, else none, and then `SIGUSR2` is left alone. */
  readonly directory?: string;
  /** How long a profile takes. Default: 30. */
  readonly seconds?: number;
  /** How many files are kept; the oldest go. Default: 20. */
  readonly keep?: number;
}

export interface CaptureConfig {
  readonly directory: string;
  readonly seconds: number;
  readonly keep: number;
}

/**
 * @returns undefined where no folder is given
 * @throws TypeError that names the option, what was expected and what came
 */
export function resolveCapture(
  options: ProfilingOptions = {},
  env: Env = process.env,
): CaptureConfig | undefined {
  known('profiling', options, ['directory', 'seconds', 'keep']);
  const seconds = integer('profiling.seconds', options.seconds, 30, 1, 60);
  const keep = integer('profiling.keep', options.keep, 20, 2, 1_000);
  const directory = options.directory ?? (isSet(env.PMCP_PROFILE_DIR) ? env.PMCP_PROFILE_DIR : undefined);
  if (directory === undefined) return undefined;
  if (typeof directory !== 'string' || directory === '')
    throw unexpected('profiling.directory', 'a folder', directory);
  return { directory, seconds, keep };
}
