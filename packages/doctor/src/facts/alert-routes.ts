import { type Matching, matches, type ValueOf } from './alert-matchers.js';

/** A node of the routing tree in which Alertmanager finds receivers. */
export interface Route extends Matching {
  readonly receiver?: string;
  readonly continue?: boolean;
  readonly routes?: readonly Route[];
  readonly group_by?: readonly string[];
  readonly group_wait?: string;
  readonly group_interval?: string;
  readonly repeat_interval?: string;
  readonly mute_time_intervals?: readonly string[];
  readonly active_time_intervals?: readonly string[];
}

/** The destination of an alert: its receiver, and when that is told. */
export interface Ending {
  readonly receiver: string;
  readonly groupBy: readonly string[];
  /** How long it waits for other alerts first. */
  readonly wait: string;
  /** How long it waits after a notification about others of its group. */
  readonly interval: string;
  readonly repeat: string;
  /** Names of time intervals in which the receiver is told nothing. */
  readonly mute: readonly string[];
  /** Names of the only time intervals in which the receiver is told. If there are none, it always is. */
  readonly active: readonly string[];
}

/** Alertmanager's defaults. */
const DEFAULTS: Ending = {
  receiver: '',
  groupBy: [],
  wait: '30s',
  interval: '5m',
  repeat: '4h',
  mute: [],
  active: [],
};

/**
 * Finds the leaves of the tree that an alert reaches: the first branch that fits, and others after `continue`.
 * If labels are unknown, finds all leaves that it may reach.
 */
export function endingsOf(route: Route, alert: ValueOf, above: Ending = DEFAULTS): Ending[] {
  const here: Ending = {
    receiver: route.receiver ?? above.receiver,
    groupBy: route.group_by ?? above.groupBy,
    wait: route.group_wait ?? above.wait,
    interval: route.group_interval ?? above.interval,
    repeat: route.repeat_interval ?? above.repeat,
    // Branches do not inherit these.
    mute: route.mute_time_intervals ?? [],
    active: route.active_time_intervals ?? [],
  };
  const endings: Ending[] = [];
  let isTaken = false;
  for (const branch of route.routes ?? []) {
    const takes = matches(branch, alert);
    if (takes === false) continue;
    endings.push(...endingsOf(branch, alert, here));
    isTaken ||= takes === true;
    if (takes === true && branch.continue !== true) break;
  }
  return isTaken ? endings : [...endings, here];
}
