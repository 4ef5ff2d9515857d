/**
 * The longest wait that a header may ask for. Limits on requests are per minute, so that this is enough for them,
 * and one header must not hold up a job for hours. Who is busy for longer says so again.
 */
const LONGEST_MS = 60_000;

/** What the header `retry-after` asks for, which is a number of seconds or a date; undefined when it asks for no wait. */
export function retryAfterMs(header: string | undefined, now = Date.now()): number | undefined {
  if (header === undefined) return undefined;
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now;
  return ms > 0 ? Math.min(ms, LONGEST_MS) : undefined;
}
