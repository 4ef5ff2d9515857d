/**
 * What decides about a new version of a server, from the same SLOs as the alerts: has it had enough requests, does it
 * keep the promises, and does it keep them as well as the old version beside it?
 */
import {
  type Expression,
  matches,
  type TargetLabel,
  vector,
  type Where,
  type Window,
} from '../../prometheus/promql.js';
import { eventsOf } from '../slo/indicators.js';
import { budget, type Slo } from '../slo/slo.js';
import { SLOS } from '../slos.js';

/** With fewer requests, nothing is said about a version. */
const ENOUGH = 50;

/** The pods of the two versions, as a rollout controller names them, and the time that counts. */
interface Versions {
  readonly namespace: string;
  /** Regular expressions for the names of pods. */
  readonly fresh: string;
  readonly old: string;
  readonly window: Window;
}

export interface Check {
  readonly name: string;
  readonly query: string;
}

/** All checks of a rollout. */
export interface Checks {
  /** Good from `enough` on. It has a value even if there were no requests. */
  readonly requests: Check & { readonly enough: number };
  /**
   * How many times too fast the new version spends its error budget. Good up to 1. It has no value if there were too few
   * requests.
   */
  readonly promises: readonly Check[];
  /** The same, less what the old version spends: the part that is the fault of the new version. */
  readonly comparisons: readonly Check[];
}

export function checks({ namespace, fresh, old, window }: Versions): Checks {
  const pods = (pattern: string) => ({ namespace, pod: matches(pattern) });
  const [news, olds] = [pods(fresh), pods(old)];
  const [first] = SLOS as readonly [Slo, ...Slo[]];
  const requests = eventsOf(first, news, window).all.or(vector(0));
  return {
    requests: { name: 'requests', query: String(requests), enough: ENOUGH },
    promises: SLOS.map((slo) => ({ name: nameOf(slo), query: String(spent(slo, news, window)) })),
    comparisons: SLOS.map((slo) => ({
      name: `${nameOf(slo)}-compared`,
      query: String(spent(slo, news, window).minus(spentBefore(slo, olds, window))),
    })),
  };
}

/** A few bad events prove nothing, as for the alerts. */
function spent(slo: Slo, targets: Where<TargetLabel>, window: Window): Expression<TargetLabel | 'name'> {
  const { all, bad } = eventsOf(slo, targets, window);
  const several = bad.gte(slo.minBadEvents ?? 5).or(all.times(0));
  return several.dividedBy(all.gte(ENOUGH)).dividedBy(budget(slo));
}

/** An old version that nobody uses any more has done nothing wrong. */
function spentBefore(slo: Slo, targets: Where<TargetLabel>, window: Window) {
  const { all, bad } = eventsOf(slo, targets, window);
  return bad.dividedBy(all.gt(0)).dividedBy(budget(slo)).or(vector(0));
}

/** `ToolSuccess` is `tool-success`. */
function nameOf({ name }: Slo): string {
  return name.replace(/(?<!^)(?=[A-Z])/g, '-').toLowerCase();
}
