import type { Budget } from '../lines.js';

/** How many decompressed bytes all bodies may hold that are being read. A sidecar has far more memory. */
const HELD_BYTES = 16 << 20;

/** One budget for all exchanges. A body for which it has no room passes unread, and is counted. */
export class HeldBytes implements Budget {
  private held = 0;

  constructor(private readonly limit = HELD_BYTES) {}

  take(bytes: number): boolean {
    if (this.held + bytes > this.limit) return false;
    this.held += bytes;
    return true;
  }

  give(bytes: number): void {
    this.held -= bytes;
  }
}
