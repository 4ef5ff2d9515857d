import { withMeta } from '../inject-meta.js';
import type { Additions } from './headers.js';

/** In longer bodies, the search for the right place would hold up everything else. */
const MAX_BYTES = 1 << 16;

/** Returns a body with its trace context added, or the same body if that is impossible. */
export function injected(body: Buffer, carrier: Additions): Buffer {
  if (body.length > MAX_BYTES) return body;
  try {
    return withMeta(body, carrier);
  } catch {
    return body;
  }
}
