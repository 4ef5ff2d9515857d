import { setFlagsFromString } from 'node:v8';

/** From here on the young generation may grow to 128 MB, half of what a sidecar has. */
const GENEROUS_NODE = 24;

/**
 * Lets the young generation of the heap stay at the size that it begins with where that is large enough: as large as those of
 * earlier versions of Node become. It has to be said before the heap grows, and can't be said by who starts the proxy through npx.
 */
export function boundYoungHeap(): void {
  if (Number.parseInt(process.versions.node, 10) >= GENEROUS_NODE)
    setFlagsFromString('--semi-space-growth-factor=1');
}
