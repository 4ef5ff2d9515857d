import { OTHER } from '../protocol/methods.js';
import { isLabel, wellFormed } from './limiter.js';

/**
 * After so many milliseconds without use, a value makes room for another one. By then every scraper has read its last
 * samples several times, so its series can end without a loss.
 */
const IDLE_MS = 15 * 60_000;
/** How long to wait after a search found no room. */
const SEARCH_AGAIN_MS = 1_000;
/** How often a value must be seen once half of the budget is used. Names that are invented for one use never get there. */
const SIGHTINGS = 3;
const MAX_CANDIDATES = 1_000;

export interface BudgetOptions {
  readonly limit: number;
  /** A value became `_other`. */
  readonly onOverflow: () => void;
  /** A label was given up: its series must not be written any more. */
  readonly onGivenUp: (label: string) => void;
  /** A label was unused for long enough: its series may end. */
  readonly onStale: (label: string) => void;
  /** When a value was last used by code that does not ask here for each use. */
  readonly lastUse?: (value: string) => number;
  /** Whether values that are not confirmed must be seen several times when room gets scarce. */
  readonly onProbation?: boolean;
  readonly now?: () => number;
}

interface Entry {
  readonly label: string;
  /** Whether something other than a client confirmed that the value is real. */
  isVouched: boolean;
  usedAt: number;
}

/**
 * Bounds the values of a label that peers choose, so that the important values keep their place. A confirmed value replaces
 * one that is not confirmed, an idle value makes room, and a flood of new values displaces nothing that is in use.
 */
export class LabelBudget {
  private readonly entries = new Map<string, Entry>();
  /** Labels that were given up while they were used. Kept until their series may end. */
  private readonly leaving = new Map<string, number>();
  private readonly candidates = new Map<string, number>();
  /** A confirmed value may find room when another value did not. */
  private readonly searchAgainAt = { vouched: 0, other: 0 };
  private readonly now: () => number;

  constructor(private readonly options: BudgetOptions) {
    this.now = options.now ?? (() => performance.now());
  }

  /** Returns the label value for a name that a peer gave itself, or `_other`. */
  accept(value: string, isVouched = false): string {
    const entry = this.entries.get(value);
    if (entry === undefined) return this.admit(value, isVouched);
    entry.usedAt = this.now();
    entry.isVouched ||= isVouched;
    return entry.label;
  }

  /** Confirms that a value is real. Never called on the word of a client. */
  vouch(value: string): void {
    const entry = this.entries.get(value);
    if (entry !== undefined) entry.isVouched = true;
  }

  private admit(value: string, isVouched: boolean): string {
    const mayEnter = isLabel(value) && (isVouched || this.isProven(value)) && this.hasRoom(isVouched);
    if (!mayEnter) {
      this.options.onOverflow();
      return OTHER;
    }
    const label = wellFormed(value);
    this.leaving.delete(label);
    this.candidates.delete(value);
    this.entries.set(value, { label, isVouched, usedAt: this.now() });
    return label;
  }

  private isProven(value: string): boolean {
    if (!this.options.onProbation || this.entries.size < this.options.limit / 2) return true;
    const sightings = (this.candidates.get(value) ?? 0) + 1;
    // Deleted and set, so that the order of the map is the order of last use.
    this.candidates.delete(value);
    this.candidates.set(value, sightings);
    if (this.candidates.size > MAX_CANDIDATES) {
      const [oldest = value] = this.candidates.keys();
      this.candidates.delete(oldest);
    }
    return sightings >= SIGHTINGS;
  }

  private hasRoom(isVouched: boolean): boolean {
    const { limit } = this.options;
    if (this.entries.size < limit) return true;
    const now = this.now();
    const kind = isVouched ? 'vouched' : 'other';
    if (now < this.searchAgainAt[kind]) return false;
    this.endStale(now);
    this.learnUses();
    this.dropIdle(now);
    if (this.entries.size >= limit && isVouched) this.displace(now);
    if (this.entries.size < limit) return true;
    this.searchAgainAt[kind] = now + SEARCH_AGAIN_MS;
    return false;
  }

  private learnUses(): void {
    const { lastUse } = this.options;
    if (lastUse === undefined) return;
    for (const [value, entry] of this.entries) entry.usedAt = Math.max(entry.usedAt, lastUse(value));
  }

  private endStale(now: number): void {
    for (const [label, since] of this.leaving) {
      if (now - since < IDLE_MS) return;
      this.leaving.delete(label);
      this.options.onStale(label);
    }
  }

  private dropIdle(now: number): void {
    for (const [value, { label, usedAt }] of this.entries) {
      if (now - usedAt < IDLE_MS) continue;
      this.entries.delete(value);
      this.options.onGivenUp(label);
      this.options.onStale(label);
    }
  }

  /** Gives up the least recently used value that is not confirmed. */
  private displace(now: number): void {
    // Their series are still exposed, so there may be at most as many of them as labels.
    if (this.leaving.size >= this.options.limit) return;
    let oldest: [string, Entry] | undefined;
    for (const [value, entry] of this.entries) {
      if (!entry.isVouched && (oldest === undefined || entry.usedAt < oldest[1].usedAt))
        oldest = [value, entry];
    }
    if (oldest === undefined) return;
    const [value, { label }] = oldest;
    this.entries.delete(value);
    this.leaving.set(label, now);
    this.options.onGivenUp(label);
  }
}
