import type { Budget } from '../lines.js';

/** What all bodies that are being read may hold together, after decompression: far below what a sidecar has. */
const HELD_BYTES = 16 << 20;

/** One budget for all requests. What finds no room in it passes, and is counted as unseen. */
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
