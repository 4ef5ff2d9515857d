import { catalog, type Metric } from '@pmcp/observability/catalog';
import type { Samples } from '../../support/exposition.js';

/** By how much series grew; those that did not change are absent. */
export type Growth = Readonly<Record<string, number>>;

/** A series as it stands in the exposition. */
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

/** Every family that a message can move; a scenario must account for all that happens in them. */
const WATCHED = [requests, requestDuration, errors, requestsInFlight, notifications]
  .concat([serverRequests, serverRequestDuration, requestsWaiting, telemetryDropped] as never)
  .concat([operationDuration, operationsInProgress] as never)
  .map(({ name, type }) => (type === 'histogram' ? `${name}_count{` : `${name}{`));

/** What changed in the watched families. */
export function growth(before: Samples, after: Samples): Growth {
  const changes: Record<string, number> = {};
  for (const [key, value] of after) {
    const change = value - (before.get(key) ?? 0);
    if (change !== 0 && WATCHED.some((family) => key.startsWith(family))) changes[key] = change;
  }
  return changes;
}

/** The sum over all series of a family. */
export function total(samples: Samples, { name, type }: Metric): number {
  const family = type === 'histogram' ? `${name}_count` : name;
  let sum = 0;
  for (const [key, value] of samples) if (key === family || key.startsWith(`${family}{`)) sum += value;
  return sum;
}

/** The connections that began, by transport, version and client. */
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

/** What users do with a question, beside answering it. */
type UserOutcome = 'declined' | 'dismissed';

/** A request ended: counted once, timed once, and an error unless it is ok. */
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

/** A request was turned away before a server had it: it counts, and is not timed. */
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

/** A request is in flight that waits for its client. */
export function waiting(method: string): Growth {
  return { ...inFlight(method), [series(requestsWaiting, [method])]: 1 };
}

export function notified(direction: 'received' | 'sent', method: string, count = 1): Growth {
  return { [series(notifications, [direction, method])]: count };
}

type LongCall = 'rounds' | 'task';

/** Calls go on after their first answer. */
export function inProgress(kind: LongCall, count = 1): Growth {
  return { [series(operationsInProgress, [kind])]: count };
}

/** A call that went on after its first answer has ended. */
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

/** The server asked its client, in a request of its own or in a result. */
export function asked(method: string, outcome: Outcome | UserOutcome = 'ok', mode = ''): Growth {
  return {
    [series(serverRequests, [method, mode, outcome])]: 1,
    [series(serverRequestDuration, [method, mode], '_count')]: 1,
  };
}

/** Several things that happened, as one. */
export function all(...growths: readonly Growth[]): Growth {
  const sum: Record<string, number> = {};
  for (const growth of growths)
    for (const [key, value] of Object.entries(growth)) sum[key] = (sum[key] ?? 0) + value;
  return sum;
}
