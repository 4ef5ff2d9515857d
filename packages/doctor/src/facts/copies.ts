import type { Context, Fact } from '../context.js';
import { ask } from '../net/ask.js';
import { ownTarget } from './own-target.js';
import { keyOf, type Target, targets } from './prometheus.js';
import { parseSamples, type Sample } from './samples.js';
import { authorities } from './secrets.js';

/** The other targets of the server's job: behind a load balancer, each request may get to another copy. */
export const copies: Fact<readonly Target[]> = async (context) => {
  if (context.settings.prometheus === undefined) return [];
  // Other checks report that Prometheus can't be asked.
  const [own, all] = await Promise.all([context.get(ownTarget), context.get(targets)]).catch(() => []);
  if (own === undefined || all === undefined) return [];
  const { job, namespace } = own.labels;
  return all.filter(
    (one) =>
      one.health === 'up' &&
      one.labels.job === job &&
      one.labels.namespace === namespace &&
      keyOf(one.labels) !== keyOf(own.labels),
  );
};

/** Reads the page of a copy, without a token: Prometheus says its address, and nobody named it. */
export async function pageOfCopy(context: Context, copy: Target): Promise<readonly Sample[] | undefined> {
  const asking = { ca: authorities(context), ...context.limits };
  const answer = await ask(new URL(copy.scrapeUrl), asking).catch(() => undefined);
  return answer?.status === 200 ? parseSamples(answer.body) : undefined;
}
