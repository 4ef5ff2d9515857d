import { createHash } from 'node:crypto';
import type { Families } from '../metrics/families.js';
import { OTHER } from './methods.js';

/** Hashing costs about as much as serialising; a change is still seen at the next listing after this. */
const MIN_INTERVAL_MS = 1_000;
/** Servers that list other tools for every user would otherwise make a series for each. */
const MAX_FINGERPRINTS = 50;

/**
 * Publishes a fingerprint of the tool list that was served last. When it changes although nothing was
 * deployed, somebody has changed what the tools say they do.
 */
export class ToolFingerprint {
  /** Digests of the pages served so far, for each connection that is in the middle of a listing. */
  private readonly pages = new WeakMap<object, string[]>();
  private readonly seen = new Set<string>();
  private current: string | undefined;
  private lastAt = Number.NEGATIVE_INFINITY;

  constructor(private readonly families: Families) {}

  /** One page of a `tools/list` answer; the last page publishes. */
  page(connection: object, tools: readonly unknown[], cursor: unknown, nextCursor: unknown): void {
    const isFirst = cursor === undefined;
    if (isFirst && performance.now() - this.lastAt < MIN_INTERVAL_MS) return;
    const digests = isFirst ? [] : this.pages.get(connection);
    if (digests === undefined) return;
    for (const tool of tools) digests.push(digest(JSON.stringify(tool)));
    if (nextCursor === undefined) this.complete(connection, digests);
    else this.pages.set(connection, digests);
  }

  private complete(connection: object, digests: string[]): void {
    this.pages.delete(connection);
    this.lastAt = performance.now();
    // Sorted, because neither the order of tools nor the size of pages changes what is served.
    this.publish(digest(digests.sort().join()).slice(0, 16));
  }

  private publish(fingerprint: string): void {
    if (this.seen.size < MAX_FINGERPRINTS) this.seen.add(fingerprint);
    const label = this.seen.has(fingerprint) ? fingerprint : OTHER;
    if (label === this.current) return;
    this.current = label;
    const { toolDefinitions } = this.families;
    toolDefinitions.clear();
    toolDefinitions.set(toolDefinitions.slot(label), 1);
  }
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
