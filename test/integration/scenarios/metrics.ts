import { catalog, type Metric } from '@pmcp/observability/catalog';
import type { Samples } from '../../support/exposition.js';

/** By how much each series grew; unchanged series are absent. */
export type Growth = Readonly<Record<string, number>>;

/** Returns a series as the exposition spells it. */
export function series<M extends Metric>(
  { name, labels }: M,
  values: readonly string[],
  suffix = '',
): string {
  const pairs = labels.map((label, i) => `${label}="${values[i]}"`);
  return `${name}${suffix}{${pairs.join(',')}}`;
}

const { requests, requestDuration, errors, requestsInFlight, notifications } = catalog;
const { serverRequests, serverRequestDuration, requestsWaiting, telemetryDropped } = catalog;
const { operationDuration, operationsInProgress } = catalog;

/** Every family that a message can change. A scenario must account for all changes in them. */
const WATCHED = [requests, requestDuration, errors, requestsInFlight, notifications]
  .concat([serverRequests, serverRequestDuration, requestsWaiting, telemetryDropped] as never)
  .concat([operationDuration, operationsInProgress] as never)
  .map(({ name, type }) => (type === 'histogram' ? `${name}_count{` : `${name}{`));

/** Returns what changed in the watched families. */
export function growth(before: Samples, after: Samples): Growth {
  const changes: Record<string, number> = {};
  for (const [key, value] of after) {
    const change = value - (before.get(key) ?? 0);
    if (change !== 0 && WATCHED.some((family) => key.startsWith(family))) changes[key] = change;
  }
  return changes;
}

/** Returns the sum over all series of a family. */
export function total(samples: Samples, { name, type }: Metric): number {
  const family = type === 'histogram' ? `${name}_count` : name;
  let sum = 0;
  for (const [key, value] of samples) if (key === family || key.startsWith(`${family}{`)) sum += value;
  return sum;
}

/** Returns the connections that began, by transport, version and client. */
export function begun(samples: Samples): Growth {
  return Object.fromEntries([...samples].filter(([key]) => key.startsWith(`${catalog.connections.name}{`)));
}

export type Outcome =
  | 'ok'
  | 'tool_error'
  | 'client_error'
  | 'server_error'
  | 'cancelled'
  | 'input_required'
  | 'task'
  | '_other';

/** What users do with a question besides answering it. */
type UserOutcome = 'declined' | 'dismissed';

/** A request that ended: counted once, timed once, and an error unless it is ok. */
export function ended(method: string, name = '', outcome: Outcome = 'ok', type?: string): Growth {
  return {
    [series(requests, [method, name, outcome])]: 1,
    [series(requestDuration, [method, name], '_count')]: 1,
    ...(type !== undefined && { [series(errors, [method, name, type])]: 1 }),
  };
}

export function unreadable(): Growth {
  return { [series(errors, ['_other', '', 'parse'])]: 1 };
}

/** A request that was refused before it reached a server: counted, and not timed. */
export function refused(
  type: string,
  method = '_other',
  outcome: Outcome = 'client_error',
  name = '',
): Growth {
  return {
    [series(requests, [method, name, outcome])]: 1,
    [series(errors, [method, name, type])]: 1,
  };
}

export function inFlight(method: string, count = 1): Growth {
  return { [series(requestsInFlight, [method])]: count };
}

/** A request that is in flight and waits for its client. */
export function waiting(method: string): Growth {
  return { ...inFlight(method), [series(requestsWaiting, [method])]: 1 };
}

export function notified(direction: 'received' | 'sent', method: string, count = 1): Growth {
  return { [series(notifications, [direction, method])]: count };
}

type LongCall = 'rounds' | 'task';

/** Calls that continue after their first answer. */
export function inProgress(kind: LongCall, count = 1): Growth {
  return { [series(operationsInProgress, [kind])]: count };
}

/** The end of a call that continued after its first answer. */
export function operationEnded(kind: LongCall, name: string, outcome: Outcome = 'ok'): Growth {
  return { [series(operationDuration, [kind, 'tools/call', name, outcome], '_count')]: 1 };
}

/** A task counts once more when it ends, and is not timed as a request. */
export function taskEnded(name: string, outcome: Outcome, type?: string): Growth {
  return {
    [series(requests, ['tools/call', name, outcome])]: 1,
    ...(type !== undefined && { [series(errors, ['tools/call', name, type])]: 1 }),
  };
}

/** A question of the server to its client, in its own request or in a result. */
export function asked(method: string, outcome: Outcome | UserOutcome = 'ok', mode = ''): Growth {
  return {
    [series(serverRequests, [method, mode, outcome])]: 1,
    [series(serverRequestDuration, [method, mode], '_count')]: 1,
  };
}

/** Several changes together. */
export function all(...growths: readonly Growth[]): Growth {
  const sum: Record<string, number> = {};
  for (const growth of growths)
    for (const [key, value] of Object.entries(growth)) sum[key] = (sum[key] ?? 0) + value;
  return sum;
}
