/**
 * What a stream announces: one kind of change, several kinds, or everything of a session (the GET stream of
 * protocols before 2026-07-28).
 */
const SUBSCRIPTION_KINDS = [
  'tools_list_changed',
  'prompts_list_changed',
  'resources_list_changed',
  'resources_updated',
  'several',
  'session',
] as const;
export type SubscriptionKind = (typeof SUBSCRIPTION_KINDS)[number] | '_other';

/** The members of `notifications` in a `subscriptions/listen` request, and the announcement that each requests. */
const BY_MEMBER: Readonly<Record<string, SubscriptionKind>> = {
  toolsListChanged: 'tools_list_changed',
  promptsListChanged: 'prompts_list_changed',
  resourcesListChanged: 'resources_list_changed',
  resourceSubscriptions: 'resources_updated',
};

/** A client may send any number of members. The first few are enough. */
const MAX_MEMBERS = 20;

/** @param notifications the filter of a `subscriptions/listen` request. It may be any value */
export function subscriptionKind(notifications: unknown): SubscriptionKind {
  if (typeof notifications !== 'object' || notifications === null) return '_other';
  let kind: SubscriptionKind | undefined;
  let members = 0;
  for (const member in notifications) {
    if (++members > MAX_MEMBERS) break;
    const asked = (notifications as Readonly<Record<string, unknown>>)[member];
    if (asked === false || asked === undefined) continue;
    if (kind !== undefined) return 'several';
    kind = Object.hasOwn(BY_MEMBER, member) ? BY_MEMBER[member]! : '_other';
  }
  return kind ?? '_other';
}
