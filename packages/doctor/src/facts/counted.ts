import { NotApplicable } from '../check.js';
import type { Context } from '../context.js';
import { poll } from '../net/poll.js';
import { type Call, call, firstCall } from './client.js';
import { copies, pageOfCopy } from './copies.js';
import { scrape } from './metrics-page.js';
import type { Target } from './prometheus.js';
import { type Sample, total } from './samples.js';

/** Milliseconds that a server may take to count a request after its answer. */
const PATIENCE_MS = 3_000;
const BETWEEN_MS = 100;
/** Copies whose pages are read. Of more, one may have counted the call unseen. */
const MOST_COPIES = 8;

/** A call, with the number of calls of its kind on the metrics page before and after it. */
export interface Counted {
  readonly call: Call;
  readonly before: number;
  readonly after: number;
  /** The copy whose page it is, where a load balancer has sent the call to another than the one that is looked at. */
  readonly copy: Target | undefined;
}

/** A metrics page that may count the call. */
interface Counter {
  readonly copy: Target | undefined;
  /** Undefined where the page can't be read from here. */
  readonly read: () => Promise<readonly Sample[] | undefined>;
}

/** Makes a call, and reads how the metrics page counts it. */
export async function countedCall(context: Context): Promise<Counted> {
  // The count before has to be of the same kind of request.
  const kind = await context.get(firstCall);
  const others = await context.get(copies);
  const counters: readonly Counter[] = [
    { copy: undefined, read: () => scrape(context) },
    ...others.slice(0, MOST_COPIES).map((copy) => ({ copy, read: () => pageOfCopy(context, copy) })),
  ];
  const look = (one: Call) => Promise.all(counters.map(async ({ read }) => callsOf(one, await read())));
  const before = await look(kind);
  const followed = await call(context);
  const grown = (counts: readonly (number | undefined)[]) =>
    counts.findIndex((count, i) => count !== undefined && count > (before[i] ?? count));
  const after = await poll(
    context.signal,
    { forMs: PATIENCE_MS * context.limits.patience, everyMs: BETWEEN_MS },
    () => look(followed),
    (counts) => grown(counts) >= 0,
  );
  const found = grown(after);
  if (found < 0 && (others.length > MOST_COPIES || after.includes(undefined)))
    throw new NotApplicable(
      `a call was answered, and one of the ${others.length} copies beside this one may have counted it, whose pages are not read from here`,
    );
  const at = Math.max(found, 0);
  return { call: followed, before: before[at] ?? 0, after: after[at] ?? 0, copy: counters[at]!.copy };
}

/** Returns how many requests of the call's kind are counted. */
function callsOf({ method, name }: Call, samples: readonly Sample[] | undefined): number | undefined {
  if (samples === undefined) return undefined;
  return total(samples, 'pmcp_requests_total', { method, ...(name !== '' && { name }) }) ?? 0;
}
