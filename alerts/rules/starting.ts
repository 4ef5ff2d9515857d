import type { Duration } from '../../prometheus/promql.js';

/** How long a server may take to come up for the first time: an image is pulled, a cache is filled. */
export const STARTING: Duration = '15m';
