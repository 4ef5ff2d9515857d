import { processWide } from '../process-wide.js';

/** The place where a toolkit exposes its metrics. */
export interface Place {
  /** Undefined for all interfaces. */
  readonly host: string | undefined;
  /** Undefined if the application exposes them on its own routes. */
  readonly port: number | undefined;
}

type Follower = (place: Place) => void;

/** Shared by all toolkits of a thread. */
const shared = processWide('claim', () => ({
  place: undefined as Place | undefined,
  /** Whether the register hook has a toolkit. */
  followers: new Set<Follower>(),
}));

/** Records the place of a toolkit of the application. The first one counts, but one with a port comes before one without. */
export function claim(place: Place): void {
  // The port number is known once the port is open.
  if (place.port === 0 || shared.place?.port !== undefined) return;
  shared.place = place;
  for (const follower of shared.followers) follower(place);
}

/** Calls back with the place of the application's own toolkit, now or later. */
export function followClaim(follower: Follower): void {
  shared.followers.add(follower);
  if (shared.place !== undefined) follower(shared.place);
}
