import { CannotRun } from '../check.js';
import type { Context } from '../context.js';
import { poll } from '../net/poll.js';
import { spoken } from './duration.js';
import { groupsNow, ourRules, type Rule, type RuleGroup } from './prometheus.js';
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
