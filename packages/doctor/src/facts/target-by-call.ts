import { CannotRun } from '../check.js';
import type { Context, Fact } from '../context.js';
import { poll } from '../net/poll.js';
import { CLIENT_NAME, connect } from './client.js';
import { secondsOf } from './duration.js';
import { isServer, keyOf, query, type Target, targetOf, targets } from './prometheus.js';

const BETWEEN_MS = 500;
/** Seconds that a scrape may take. */
const RESERVE = 3;
/** The share of the timeout that may be spent waiting. */
const SHARE = 0.5;

/**
 * The target whose count of the doctor's connections grows when the doctor connects. It finds the server even if its
 * admin port cannot be reached from here. Undefined if no count grows.
 *
 * @throws CannotRun if there is no time to wait for the next scrape
 */
export const targetByCall: Fact<Target | undefined> = async (context) => {
  const [before, all] = await Promise.all([connections(context), context.get(targets)]);
  await connect(context);
  const servers = all.filter(isServer);
  const asked = (servers.length > 0 ? servers : all).filter(({ health }) => health !== 'down');
  // What is not scraped counts nothing.
  if (servers.length > 0 && asked.length === 0) return undefined;
  const longest = Math.max(0, ...asked.map(({ scrapeInterval }) => secondsOf(scrapeInterval)));
  const enough = longest + RESERVE;
  const patience = Math.min(enough, context.settings.timeout * SHARE);
  const forMs = patience * 1_000;
  const grown = await poll(
    context.signal,
    { forMs, everyMs: BETWEEN_MS },
    async () =>
      (await connections(context)).find(({ labels, value }) => value > (countOf(before, labels) ?? 0)),
    (found) => found !== undefined,
  );
  if (grown === undefined && patience < enough)
    throw new CannotRun(
      `servers are scraped every ${longest} s, and which of them this one is shows after that: name its admin port (--admin http://HOST:PORT), or wait longer (--timeout ${Math.ceil(enough / SHARE)})`,
      'PMCP-D010',
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
