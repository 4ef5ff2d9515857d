import { CannotRun } from '../check.js';
import type { Context } from '../context.js';
import { poll } from '../net/poll.js';
import { spoken } from './duration.js';
import { isAbout } from './firing.js';
import {
  groupsNow,
  ourRules,
  query,
  type Rule,
  type RuleGroup,
  ruleGroups,
  type Target,
} from './prometheus.js';
import { seriesIn } from './series.js';
import { longestWait } from './settled.js';

const BETWEEN_MS = 500;

/** Tells whether a rule has been evaluated since it was loaded. Not every store says so. */
export function ran({ lastEvaluation }: Rule): boolean {
  return lastEvaluation === undefined || Date.parse(lastEvaluation) > 0;
}

/**
 * Waits until a loaded rule has been evaluated.
 *
 * @throws CannotRun if there is no time to wait
 */
export async function hasRun(context: Context, name: string): Promise<void> {
  if (!(await context.get(ourRules)).some((rule) => rule.name === name && !ran(rule))) return;
  const waiting = await poll(
    context.signal,
    { forMs: longestWait(context) * 1_000, everyMs: BETWEEN_MS },
    () => waitingGroup(context, name),
    (group) => group === undefined,
  );
  if (waiting)
    throw new CannotRun(
      `the group ${waiting.name} has not run since it was loaded: ask again in ${spoken(waiting.interval)}`,
    );
}

async function waitingGroup(context: Context, name: string): Promise<RuleGroup | undefined> {
  return (await groupsNow(context)).find(({ rules }) =>
    rules.some((rule) => rule.name === name && !ran(rule)),
  );
}

/** The rules of a name as they are now. */
export async function rulesNamed(context: Context, name: string): Promise<Rule[]> {
  return (await groupsNow(context)).flatMap(({ rules }) => rules.filter((rule) => rule.name === name));
}

/**
 * Returns the seconds until rules can have recorded a series of a target, where they last ran before there was what
 * they read; 0 where they had their chance.
 */
export async function untilRecorded(
  context: Context,
  name: string,
  target: Target,
  asked: readonly string[] = [],
): Promise<number> {
  if (asked.includes(name)) return 0;
  const groups = await context.get(ruleGroups);
  const waits = groups.flatMap(({ interval, rules }) =>
    rules
      .filter((rule) => rule.type === 'recording' && rule.name === name)
      .map(async (rule) => {
        // The run after that in which its inputs come sees them.
        const wait = Math.ceil(2 * interval);
        if (await yields(context, rule.query, target))
          return (await yields(context, before(rule.query, wait), target)) ? 0 : wait;
        const inputs = seriesIn(rule.query).map((input) =>
          untilRecorded(context, input, target, [...asked, name]),
        );
        const left = Math.max(0, ...(await Promise.all(inputs)));
        return left && left + wait;
      }),
  );
  return Math.max(0, ...(await Promise.all(waits)));
}

async function yields(context: Context, expression: string, { labels }: Target): Promise<boolean> {
  return (await query(context, expression)).some((series) => isAbout(series.labels, labels));
}

/** An expression as it was so many seconds ago. `offset` itself follows only a selector or a subquery. */
function before(expression: string, seconds: number): string {
  return `last_over_time((${expression})[1s:1s] offset ${seconds}s)`;
}
