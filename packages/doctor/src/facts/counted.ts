import { setTimeout as delay } from 'node:timers/promises';
import type { Context } from '../context.js';
import { type Call, call } from './client.js';
import { scrape } from './metrics-page.js';
import { type Sample, total } from './samples.js';

/** Milliseconds that a server may take to count what it has answered. */
const PATIENCE_MS = 3_000;
const BETWEEN_MS = 100;

/** A call, and what the page counted of its kind before and after. */
export interface Counted {
  readonly call: Call;
  readonly before: number;
  readonly after: number;
}

/** One call, and how the metrics page counted it. */
export async function countedCall(context: Context): Promise<Counted> {
  // Once for the kind of request to be known, so that it is the same that is looked for before and after.
  const kind = await call(context);
  const before = callsOf(kind, await scrape(context));
  const followed = await call(context);
  const end = performance.now() + PATIENCE_MS;
  for (;;) {
    const after = callsOf(followed, await scrape(context));
    if (after > before || performance.now() > end) return { call: followed, before, after };
    await delay(BETWEEN_MS, undefined, { signal: context.signal });
  }
}

/** How many requests of its kind are counted. */
function callsOf({ method, name }: Call, samples: readonly Sample[]): number {
  return total(samples, 'pmcp_requests_total', { method, ...(name !== '' && { name }) }) ?? 0;
}
