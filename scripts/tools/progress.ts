/** Shows the waiting user what is being done. */
export type Progress = (message: string) => void;

/** Shows lines with the time since the start. They go to stderr, because stdout is for the result. */
export function timed(log: (line: string) => void = toStderr): Progress {
  const start = performance.now();
  return (message) => log(`[tools ${Math.round((performance.now() - start) / 1000)} s] ${message}`);
}

function toStderr(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Repeats the message while the work runs, so that it does not seem to hang. */
export async function withHeartbeat<T>(
  progress: Progress,
  message: string,
  work: Promise<T>,
  everyMs = 15_000,
): Promise<T> {
  const timer = setInterval(() => progress(message), everyMs);
  try {
    return await work;
  } finally {
    clearInterval(timer);
  }
}
