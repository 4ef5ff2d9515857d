import { processWide } from '../process-wide.js';

/** Where a toolkit shows what it has. */
export interface Place {
  /** Undefined for all interfaces. */
  readonly host: string | undefined;
  /** Undefined for nowhere: its application has routes of its own. */
  readonly port: number | undefined;
}

type Follower = (place: Place) => void;

/** What all toolkits of a thread share. */
const shared = processWide('claim', () => ({
  place: undefined as Place | undefined,
  /** There is one, of the register hook. */
  followers: new Set<Follower>(),
}));

/** A toolkit that the application made has its place. The first of several counts, and one with a port before one without. */
export function claim(place: Place): void {
  // Which port that is shows when it is open.
  if (place.port === 0 || shared.place?.port !== undefined) return;
  shared.place = place;
  for (const follower of shared.followers) follower(place);
}

/** Calls back with the place that the application's own toolkit has, now or later. */
export function followClaim(follower: Follower): void {
  shared.followers.add(follower);
  if (shared.place !== undefined) follower(shared.place);
}
