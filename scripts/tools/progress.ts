/** Tells the person who waits what is going on. */
export type Progress = (message: string) => void;

/** Shows lines that each say how long it has taken so far; on stderr, because stdout belongs to what was asked for. */
export function timed(log: (line: string) => void = toStderr): Progress {
  const start = performance.now();
  return (message) => log(`[tools ${Math.round((performance.now() - start) / 1000)} s] ${message}`);
}

function toStderr(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Repeats the message as long as the work takes, so that nobody takes it for hung. */
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
