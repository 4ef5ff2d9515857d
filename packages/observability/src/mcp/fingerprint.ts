import { createHash } from 'node:crypto';
import { OTHER } from './methods.js';

/** Hashing costs about as much as serialising; a change is still seen at the next listing after this. */
const MIN_INTERVAL_MS = 1_000;
/** Servers that list other tools for every user would otherwise make a series for each. */
const MAX_FINGERPRINTS = 50;
/** Listings that are begun and not ended, kept by the cursor of their next page. */
const MAX_LISTINGS = 100;
/** A page that comes later than this belongs to another listing. */
const MAX_PAUSE_MS = 30_000;

/** Where fingerprints are shown. */
interface Published {
  clear(): void;
  slot(fingerprint: string): number;
  set(slot: number, value: number): void;
}

interface Listing {
  readonly digests: string[];
  readonly at: number;
}

/**
 * Publishes a fingerprint of the tool list that was served last. When it changes although nothing was
 * deployed, somebody has changed what the tools say they do.
 */
export class ToolFingerprint {
  /** By cursor, not by connection: where servers are made per request, every page comes on another one. */
  private readonly listings = new Map<unknown, Listing>();
  private readonly seen = new Set<string>();
  private current: string | undefined;
  private lastAt = Number.NEGATIVE_INFINITY;

  constructor(private readonly families: { readonly toolDefinitions: Published }) {}

  /** One page of a `tools/list` answer; the last page publishes. */
  page(tools: readonly unknown[], cursor: unknown, nextCursor: unknown): void {
    const now = performance.now();
    const digests = cursor === undefined ? this.begin(now) : this.resume(cursor, now);
    if (digests === undefined) return;
    for (const tool of tools) digests.push(digest(JSON.stringify(tool)));
    if (nextCursor === undefined) this.complete(digests, now);
    else if (this.listings.size < MAX_LISTINGS) this.listings.set(nextCursor, { digests, at: now });
    else this.listings.clear();
  }

  private begin(now: number): string[] | undefined {
    return now - this.lastAt < MIN_INTERVAL_MS ? undefined : [];
  }

  private resume(cursor: unknown, now: number): string[] | undefined {
    const listing = this.listings.get(cursor);
    this.listings.delete(cursor);
    return listing && now - listing.at < MAX_PAUSE_MS ? listing.digests : undefined;
  }

  private complete(digests: string[], now: number): void {
    this.lastAt = now;
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
