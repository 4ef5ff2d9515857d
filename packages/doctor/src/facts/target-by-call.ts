import type { Context, Fact } from '../context.js';
import { poll } from '../net/poll.js';
import { CLIENT_NAME, connect } from './client.js';
import { secondsOf } from './duration.js';
import { keyOf, query, type Target, targetOf, targets } from './prometheus.js';

const BETWEEN_MS = 500;
/** Milliseconds that a scrape may take. */
const RESERVE_MS = 3_000;
/** The share of the timeout that may be spent waiting. */
const SHARE = 0.5;

/**
 * The target whose count of the doctor's connections grows when the doctor connects. It finds the server even if its
 * admin port cannot be reached from here. Undefined if no count grows.
 */
export const targetByCall: Fact<Target | undefined> = async (context) => {
  const [before, all] = await Promise.all([connections(context), context.get(targets)]);
  await connect(context);
  const longest = Math.max(0, ...all.map(({ scrapeInterval }) => secondsOf(scrapeInterval)));
  const forMs = Math.min(longest * 1_000 + RESERVE_MS, context.settings.timeout * 1_000 * SHARE);
  const grown = await poll(
    context.signal,
    { forMs, everyMs: BETWEEN_MS },
    async () =>
      (await connections(context)).find(({ labels, value }) => value > (countOf(before, labels) ?? 0)),
    (found) => found !== undefined,
  );
  return grown && targetOf(grown.labels, all);
};

type Counted = Awaited<ReturnType<typeof query>>;

/** Returns how many of the doctor's connections each target has counted. */
function connections(context: Context): Promise<Counted> {
  return query(context, `sum by (job, instance) (pmcp_connections_total{client="${CLIENT_NAME}"})`);
}

function countOf(counted: Counted, labels: Target['labels']): number | undefined {
  return counted.find((one) => keyOf(one.labels) === keyOf(labels))?.value;
}
