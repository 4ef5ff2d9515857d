import { withMeta } from '../inject-meta.js';
import type { Additions } from './headers.js';

/** To find the place in a longer one would hold up all others. */
const MAX_BYTES = 1 << 16;

/** A body that takes its trace context along, or the same where that can't be. */
export function injected(body: Buffer, carrier: Additions): Buffer {
  if (body.length > MAX_BYTES) return body;
  try {
    return withMeta(body, carrier);
  } catch {
    return body;
  }
}
