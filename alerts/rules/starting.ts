import type { Duration } from '../../prometheus/promql.js';

/** How long a server may take for its first start: it pulls an image and fills a cache. */
export const STARTING: Duration = '15m';
