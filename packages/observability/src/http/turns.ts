/** How long work that can wait holds the event loop before others may run. */
const TURN_MS = 0.5;

const waiting: (() => void)[] = [];
let isRunning = false;

/** When the time ends that this turn of the event loop has for what comes in one go. */
let turnEnd: number | undefined;

/** Whether this turn of the event loop has time left for more of what came in one go, of whatever connection. */
export function hasTime(): boolean {
  if (turnEnd === undefined) {
    turnEnd = performance.now() + TURN_MS;
    setImmediate(() => {
      turnEnd = undefined;
    });
  }
  return performance.now() < turnEnd;
}

/**
 * Does a piece of work in one of the next turns: all pieces in the order in which they came, and in each turn as many as there is
 * time for. So those who send much wait for each other, and those who send little for none of them.
 */
export function later(work: () => void): void {
  waiting.push(work);
  if (!isRunning) setImmediate(turn);
  isRunning = true;
}

function turn(): void {
  const end = performance.now() + TURN_MS;
  try {
    do waiting.shift()?.();
    while (waiting.length > 0 && performance.now() < end);
  } finally {
    isRunning = waiting.length > 0;
    if (isRunning) setImmediate(turn);
  }
}
