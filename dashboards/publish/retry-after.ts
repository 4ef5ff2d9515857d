/**
 * The longest wait that a header can cause. It is enough for limits on requests per minute, and a header must
 * not stop a job for hours. A server that is busy for longer sends the header again.
 */
const LONGEST_MS = 60_000;

/**
 * Returns how long the header `retry-after` asks to wait. It contains a number of seconds or a date. Returns
 * undefined if it asks for no wait.
 */
export function retryAfterMs(header: string | undefined, now = Date.now()): number | undefined {
  if (header === undefined) return undefined;
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now;
  return ms > 0 ? Math.min(ms, LONGEST_MS) : undefined;
}
