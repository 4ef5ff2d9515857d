/** How long work that can wait holds the event loop before others may run. A call goes through some five turns of it. */
export const TURN_MS = 0.25;

const waiting: (() => void)[] = [];
let isQueued = false;

/** When the time ends that this turn of the event loop has for what comes in one go. */
let turnEnd: number | undefined;

/** Whether this turn of the event loop has time left for more of what came in one go, of whatever connection. */
export function hasTime(): boolean {
  if (turnEnd === undefined) {
    turnEnd = performance.now() + TURN_MS;
    queue();
  }
  return performance.now() < turnEnd;
}

/**
 * Does a piece of work in one of the next turns: all pieces in the order in which they came, and in each turn as many as there is
 * time for. So those who send much wait for each other, and those who send little for none of them.
 *
 * @param work does a little of what it has to do whatever the time is, and more only while `hasTime`
 */
export function later(work: () => void): void {
  waiting.push(work);
  queue();
}

function queue(): void {
  if (!isQueued) setImmediate(turn);
  isQueued = true;
}

/** What was read as it came has had its own time: else who sends without end would keep what waits from being done. */
function turn(): void {
  isQueued = false;
  turnEnd = performance.now() + TURN_MS;
  try {
    for (let isFirst = true; waiting.length > 0 && (isFirst || hasTime()); isFirst = false)
      waiting.shift()!();
  } finally {
    turnEnd = undefined;
    if (waiting.length > 0) queue();
  }
}
