import { catalog } from '@pmcp/observability/catalog';
import {
  clampMin,
  type Duration,
  type Expression,
  increase,
  not,
  type Observations,
  observed,
  rate,
  recordedOf,
  sum,
  type TargetLabel,
  type Where,
  type Window,
} from '../../prometheus/promql.js';
import {
  FINISHED,
  instanceDurations,
  instanceRequests,
  LISTEN,
  NOT_WAITED_FOR,
} from '../../prometheus/recorded.js';
import type { Slo } from './slo.js';

type Label = TargetLabel | 'name';

/** All events, and the bad ones: per second, or within a window. */
export interface Events {
  readonly all: Expression<Label>;
  readonly bad: Expression<Label>;
}

/** Returns the events over the shortest window, by server or by server and tool. */
export function events(slo: Slo, labels: readonly TargetLabel[], window: Duration): Events {
  return counted(slo, slo.perTool || slo.indicator.where?.name ? ofTools() : recorded());

  function ofTools(): Source {
    const by: readonly Label[] = slo.perTool ? [...labels, 'name'] : labels;
    return {
      requests: (where) => rate(catalog.requests, { by, window, where }),
      durations: (where) => observed(catalog.requestDuration, { by, window, where }),
    };
  }

  function recorded(): Source {
    return {
      requests: (where) => sum(instanceRequests, { by: labels, where }),
      durations: (where) => recordedOf(instanceDurations, { by: labels, where }),
    };
  }
}

/**
 * Returns how many events some targets had in the window. It reads what they expose: recorded series come a minute
 * later, and tell no pod from another.
 */
export function eventsOf(slo: Slo, targets: Where<TargetLabel>, window: Window): Events {
  const options = { by: [], window } as const;
  return counted(slo, {
    requests: (where) => increase(catalog.requests, { ...options, where: { ...targets, ...where } }),
    durations: (where) =>
      observed(catalog.requestDuration, { ...options, where: { ...targets, ...where } }, 'increase'),
  });
}

/** A server that has never failed has no series of failures yet. */
function counted(slo: Slo, source: Source): Events {
  const { all, bad } = count(slo.indicator, source);
  return { all, bad: bad.or(all.times(0)) };
}

/**
 * Where events are read: from recorded series of instances, or from the requests if tools are distinguished.
 */
interface Source {
  requests(where: Where<'method' | 'outcome'>): Expression<Label>;
  durations(where: Where<'method'>): Observations<Label>;
}

function count(indicator: Slo['indicator'], { requests, durations }: Source): Events {
  const { kind, where } = indicator;
  switch (kind) {
    case 'availability': {
      // Leaves out refused streams: nobody waits for their answer, and they have their own alert.
      const answered = { method: not(LISTEN), ...where };
      return {
        all: requests({ ...answered, outcome: FINISHED }),
        bad: requests({ ...answered, outcome: 'server_error' }),
      };
    }
    case 'tool-success': {
      const calls = { ...where, method: 'tools/call' };
      return {
        all: requests({ ...calls, outcome: FINISHED }),
        bad: requests({ ...calls, outcome: ['tool_error', 'server_error'] }),
      };
    }
    case 'latency': {
      const measured = { method: NOT_WAITED_FOR, ...where };
      const all = durations(measured);
      return { all: all.count(), bad: clampMin(all.above(indicator.seconds), 0) };
    }
  }
}
