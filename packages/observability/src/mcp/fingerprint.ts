import { createHash } from 'node:crypto';
import { hasTime, later } from '../http/turns.js';
import { OTHER } from '../protocol/methods.js';

/** Hashing costs about as much as serialising. A change is seen at the first listing after this time. */
const MIN_INTERVAL_MS = 1_000;
/** Servers that list different tools for each user would otherwise create a series for each. */
const MAX_FINGERPRINTS = 50;
/** How many unfinished listings are kept, by the cursor of their next page. */
const MAX_LISTINGS = 100;
/** A page that is requested later belongs to another listing. */
const MAX_PAUSE_MS = 30_000;
/** How many tools are hashed without reading the clock. Most servers have fewer. */
const AT_ONCE = 50;

/** Publishes fingerprints. */
interface Published {
  clear(): void;
  slot(fingerprint: string): number;
  set(slot: number, value: number): void;
}

interface Listing {
  readonly digests: string[];
  /** Whether a part of the listing could not be read. */
  isLost: boolean;
}

/** A page while it is hashed. */
interface Page {
  readonly tools: readonly unknown[];
  readonly listing: Listing;
  readonly isLast: boolean;
  hashed: number;
}

/**
 * Publishes a fingerprint of the tool list that was served last. If it changes without a deployment, the descriptions of
 * tools were changed at run time.
 */
export class ToolFingerprint {
  /** By cursor, not by connection: with a server for each request, every page has another connection. */
  private readonly listings = new Map<unknown, { readonly listing: Listing; readonly at: number }>();
  private readonly seen = new Set<string>();
  /** Pages of long lists whose tools are hashed in later turns of the event loop. */
  private readonly pages: Page[] = [];
  private current: string | undefined;
  private lastAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly families: { readonly toolDefinitions: Published },
    private readonly onLost: () => void,
  ) {}

  /** Adds one page of a `tools/list` answer. The last page publishes the fingerprint. */
  page(tools: readonly unknown[], cursor: unknown, nextCursor: unknown): void {
    const now = performance.now();
    const listing = cursor === undefined ? this.begin(now) : this.resume(cursor, now);
    if (listing === undefined) return;
    const isLast = nextCursor === undefined;
    if (this.pages.push({ tools, listing, isLast, hashed: 0 }) === 1) this.hash();
    if (isLast) return;
    if (this.listings.size < MAX_LISTINGS) this.listings.set(nextCursor, { listing, at: now });
    else this.listings.clear();
  }

  private readonly hash = (): void => {
    do this.hashSome(this.pages[0]!);
    while (this.pages.length > 0 && hasTime());
    if (this.pages.length > 0) later(this.hash);
  };

  private hashSome(page: Page): void {
    const { tools, listing, isLast, hashed } = page;
    page.hashed += AT_ONCE;
    try {
      for (const tool of tools.slice(hashed, page.hashed)) listing.digests.push(digest(JSON.stringify(tool)));
    } catch {
      listing.isLost = true;
      this.onLost();
    }
    if (page.hashed < tools.length && !listing.isLost) return;
    this.pages.shift();
    if (isLast && !listing.isLost) this.complete(listing.digests, performance.now());
  }

  private begin(now: number): Listing | undefined {
    const isTooEarly = this.pages.length > 0 || now - this.lastAt < MIN_INTERVAL_MS;
    return isTooEarly ? undefined : { digests: [], isLost: false };
  }

  private resume(cursor: unknown, now: number): Listing | undefined {
    const begun = this.listings.get(cursor);
    this.listings.delete(cursor);
    return begun && now - begun.at < MAX_PAUSE_MS ? begun.listing : undefined;
  }

  private complete(digests: string[], now: number): void {
    this.lastAt = now;
    // Sorted, because the order of tools and the size of pages do not change what is served.
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
