import { TooEarly } from '../check.js';
import type { Context, Fact } from '../context.js';
import { matchesAll } from './alert-matchers.js';
import { secondsOf, spoken } from './duration.js';
import { metricsPage } from './metrics-page.js';
import { ownTarget } from './own-target.js';
import { askedFor, type PanelQueries, SCRAPES, type Selector, selectorsOf } from './panels.js';
import { matchersOf, ourRules, query, type Target } from './prometheus.js';
import { ran, untilRecorded } from './rules-that-ran.js';

/** The window of requests that a recorded rate over five minutes contains: neither too new nor too old for it. */
const RECENT = '[3m] offset 1m';

/** Tells which series this server must have: those of its page, and recorded ones if it had requests. */
const expectedSeries: Fact<(selector: Selector) => boolean> = async (context) => {
  const [{ samples }, rules, target] = await Promise.all([
    context.get(metricsPage),
    context.get(ourRules),
    context.get(ownTarget),
  ]);
  // One that was loaded a moment ago has recorded nothing yet.
  const loaded = new Set(rules.filter(ran).map(({ name }) => name));
  const own = matchersOf(target!);
  const had = async (more: string) =>
    (await query(context, `sum(increase(pmcp_requests_total{${own}${more}}${RECENT})) > 0`)).length > 0;
  const [hadRequests, hadCalls] = await Promise.all([had(''), had(', method="tools/call", name!~"|_other"')]);
  return ({ name, conditions }) => {
    if (!name.includes(':'))
      return samples.some((sample) => sample.name === name && matchesAll(conditions, sample.labels));
    // A series with a certain label may be missing, for example if there was no error or no such SLO.
    if (conditions.some((one) => !one.includes('!'))) return false;
    return loaded.has(name) && (name.startsWith('tool:') ? hadCalls : hadRequests);
  };
};

/** Tells whether Prometheus already has the samples that a rate needs. */
async function isSettled(context: Context, target: Target): Promise<boolean> {
  const window = `${SCRAPES * secondsOf(target.scrapeInterval)}s`;
  const up = `up{${matchersOf(target)}}`;
  return (await query(context, `count_over_time(${up}[${window}]) >= ${SCRAPES - 1}`)).length > 0;
}

/** Tells whether Prometheus has a single sample of a series, as after the first call of a server: rates need two. */
async function isNew(context: Context, name: string, target: Target): Promise<boolean> {
  const count = `max(count_over_time(${name}{${matchersOf(target)}}[5m]))`;
  return (await query(context, `${count} == 1`)).length > 0;
}

/** A panel that shows no data of the server, and the series that it should show. */
export interface EmptyPanel {
  readonly title: string;
  readonly reads: string;
}

interface Judged extends EmptyPanel {
  /** Seconds until it can have data; 0 where it had its chance. */
  readonly wait: number;
}

/**
 * Finds the panels that have no data although they should.
 *
 * @param ask whether a query finds anything
 */
export async function emptyPanels(
  context: Context,
  panels: readonly PanelQueries[],
  ask: (query: string) => Promise<boolean>,
): Promise<EmptyPanel[]> {
  const [target, isExpected] = await Promise.all([context.get(ownTarget), context.get(expectedSeries)]);
  if (!(await isSettled(context, target!)))
    throw new TooEarly('Prometheus has only a few samples of the server: rates come with the next ones');
  const judged = panels.map(async ({ title, queries }): Promise<Judged[]> => {
    // A query that joins several series needs each of them.
    const full = queries.map(selectorsOf).find((all) => all.length > 0 && all.every(isExpected));
    if (full === undefined) return [];
    const answers = await Promise.all(queries.map((one) => ask(askedFor(one, target!))));
    if (answers.includes(true)) return [];
    const reads = full[0]!.name;
    if (await isNew(context, reads, target!)) return [];
    const waits = full.map(({ name }) => untilRecorded(context, name, target!));
    return [{ title, reads, wait: Math.max(...(await Promise.all(waits))) }];
  });
  const empty = (await Promise.all(judged)).flat();
  const broken = empty.filter(({ wait }) => wait === 0);
  const [early] = empty;
  if (early !== undefined && broken.length === 0) throw tooEarly(early);
  return broken;
}

function tooEarly({ title, reads, wait }: Judged): TooEarly {
  return new TooEarly(
    `the rules of ${reads}, which the panel "${title}" reads, last ran before there was what they read: ask again in ${spoken(wait)}`,
  );
}
