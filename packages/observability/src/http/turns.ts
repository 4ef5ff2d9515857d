/** How long postponed work may block the event loop at once. A call needs about five turns of the loop. */
export const TURN_MS = 0.1;

const waiting: (() => void)[] = [];
let isQueued = false;

/** When the time ends that this turn of the event loop has for such work. */
let turnEnd: number | undefined;

/** Whether this turn of the event loop has time left for more of this work, from any connection. */
export function hasTime(): boolean {
  if (turnEnd === undefined) {
    turnEnd = performance.now() + TURN_MS;
    queue();
  }
  return performance.now() < turnEnd;
}

/**
 * Does a piece of work in one of the next turns: in order of arrival, and in each turn as many pieces as there is time for. So
 * connections that send much wait for each other, and connections that send little do not wait for them.
 *
 * @param work does a small part in any case, and more only while `hasTime`
 */
export function later(work: () => void): void {
  waiting.push(work);
  queue();
}

function queue(): void {
  if (!isQueued) setImmediate(turn);
  isQueued = true;
}

/** Work that was done on arrival had its own time. Otherwise a connection that never stops sending would block the waiting work. */
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
