import type { Context } from '../context.js';
import { poll } from '../net/poll.js';
import { type Call, call, firstCall } from './client.js';
import { scrape } from './metrics-page.js';
import { type Sample, total } from './samples.js';

/** Milliseconds that a server may take to count a request after its answer. */
const PATIENCE_MS = 3_000;
const BETWEEN_MS = 100;

/** A call, with the number of calls of its kind on the metrics page before and after it. */
export interface Counted {
  readonly call: Call;
  readonly before: number;
  readonly after: number;
}

/** Makes a call, and reads how the metrics page counts it. */
export async function countedCall(context: Context): Promise<Counted> {
  // The count before has to be of the same kind of request.
  const kind = await context.get(firstCall);
  const before = callsOf(kind, await scrape(context));
  const followed = await call(context);
  const after = await poll(
    context.signal,
    { forMs: PATIENCE_MS, everyMs: BETWEEN_MS },
    async () => callsOf(followed, await scrape(context)),
    (count) => count > before,
  );
  return { call: followed, before, after };
}

/** Returns how many requests of the call's kind are counted. */
function callsOf({ method, name }: Call, samples: readonly Sample[]): number {
  return total(samples, 'pmcp_requests_total', { method, ...(name !== '' && { name }) }) ?? 0;
}
