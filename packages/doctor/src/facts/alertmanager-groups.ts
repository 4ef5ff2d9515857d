import type { Context } from '../context.js';
import { alertmanagerApi } from './alertmanager.js';

interface Group {
  readonly receiver: { readonly name: string };
  /** Alertmanager before 0.28 does not tell which time intervals mute an alert. */
  readonly alerts: readonly { readonly status: { readonly mutedBy?: readonly string[] } }[];
}

/** Returns the receivers that a time interval keeps from all alerts of a job now, with the names of the intervals. */
export async function mutedReceivers(context: Context, job: string): Promise<ReadonlyMap<string, string>> {
  const filter = encodeURIComponent(`job="${job}"`);
  const muted = new Map<string, string>();
  const open = new Set<string>();
  for (const { receiver, alerts } of await alertmanagerApi<Group[]>(
    context,
    `alerts/groups?filter=${filter}`,
  )) {
    const by = alerts.flatMap(({ status }) => status.mutedBy ?? []);
    if (by.length > 0) muted.set(receiver.name, [...new Set(by)].join(', '));
    else open.add(receiver.name);
  }
  for (const name of open) muted.delete(name);
  return muted;
}
