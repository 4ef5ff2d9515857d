import type { Context, Fact } from '../context.js';
import { metricsPage } from './metrics-page.js';
import { ownTarget } from './own-target.js';
import { askedFor, type PanelQueries, seriesOf } from './panels.js';
import { ourRules, query } from './prometheus.js';

/** Requests that are so old that a rate of five minutes is recorded with them, and so young that it still is. */
const RECENT = '[3m] offset 1m';

/** Series that have to be there for this server: those of its page, and what is recorded where there were requests. */
const expectedSeries: Fact<(name: string) => boolean> = async (context) => {
  const [{ samples }, rules, target] = await Promise.all([
    context.get(metricsPage),
    context.get(ourRules),
    context.get(ownTarget),
  ]);
  const onPage = new Set(samples.map(({ name }) => name));
  const loaded = new Set(rules.map(({ name }) => name));
  const { job = '', instance = '' } = target?.labels ?? {};
  const had = async (more: string) =>
    (
      await query(
        context,
        `sum(increase(pmcp_requests_total{job=${JSON.stringify(job)}, instance=${JSON.stringify(instance)}${more}}${RECENT})) > 0`,
      )
    ).length > 0;
  const [hadRequests, hadCalls] = await Promise.all([had(''), had(', method="tools/call", name!~"|_other"')]);
  return (name) => {
    if (!name.includes(':')) return onPage.has(name);
    return loaded.has(name) && (name.startsWith('tool:') ? hadCalls : hadRequests);
  };
};

/** A panel that shows nothing of the server, and the series for which it should. */
export interface EmptyPanel {
  readonly title: string;
  readonly reads: string;
}

/**
 * The panels without data whose data should be there.
 *
 * @param ask whether a query finds anything
 */
export async function emptyPanels(
  context: Context,
  panels: readonly PanelQueries[],
  ask: (query: string) => Promise<boolean>,
): Promise<EmptyPanel[]> {
  const [target, isExpected] = await Promise.all([context.get(ownTarget), context.get(expectedSeries)]);
  const judged = panels.map(async ({ title, queries }): Promise<EmptyPanel[]> => {
    const reads = queries.flatMap(seriesOf).find(isExpected);
    if (reads === undefined) return [];
    const answers = await Promise.all(queries.map((one) => ask(askedFor(one, target!))));
    return answers.includes(true) ? [] : [{ title, reads }];
  });
  return (await Promise.all(judged)).flat();
}
