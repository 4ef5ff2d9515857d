import { OTHER } from '../protocol/methods.js';
import { isLabel, wellFormed } from './limiter.js';

/**
 * Milliseconds without use after which a value makes room for another one. By then every scraper has its last
 * samples several times, so that its series can end without a loss.
 */
const IDLE_MS = 15 * 60_000;
/** After a search for room that found none. */
const SEARCH_AGAIN_MS = 1_000;
/** Sightings that a value needs once half of the budget is spent: names made up for one use never get there. */
const SIGHTINGS = 3;
const MAX_CANDIDATES = 1_000;

export interface BudgetOptions {
  readonly limit: number;
  /** A value has become `_other`. */
  readonly onOverflow: () => void;
  /** A label is given up: what is kept for it must not be written any more. */
  readonly onGivenUp: (label: string) => void;
  /** Nothing was written for a label for long: its series may end. */
  readonly onStale: (label: string) => void;
  /** When a value was used last by whoever does not ask here for every use. */
  readonly lastUse?: (value: string) => number;
  /** Whether values that nobody vouches for have to be seen several times when room gets scarce. */
  readonly onProbation?: boolean;
  readonly now?: () => number;
}

interface Entry {
  readonly label: string;
  /** Whether somebody other than a client says that the value is real. */
  isVouched: boolean;
  usedAt: number;
}

/**
 * Bounds the values of a label that peers choose, so that those that matter keep theirs: a value that is vouched for
 * takes the place of one that is not, an idle one makes room, and a flood of new ones displaces nothing that is in use.
 */
export class LabelBudget {
  private readonly entries = new Map<string, Entry>();
  /** Labels that were given up while in use, until their series may end. */
  private readonly leaving = new Map<string, number>();
  private readonly candidates = new Map<string, number>();
  /** A value that is vouched for may find room where another did not. */
  private readonly searchAgainAt = { vouched: 0, other: 0 };
  private readonly now: () => number;

  constructor(private readonly options: BudgetOptions) {
    this.now = options.now ?? (() => performance.now());
  }

  /** The label value for what a peer called itself, `_other` when it gets none. */
  accept(value: string, isVouched = false): string {
    const entry = this.entries.get(value);
    if (entry === undefined) return this.admit(value, isVouched);
    entry.usedAt = this.now();
    entry.isVouched ||= isVouched;
    return entry.label;
  }

  /** Somebody other than a client says that a value is real. */
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
    // Set anew, so that the map's order is that of the last sightings.
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

  /** Gives up the value that was used longest ago of those that nobody vouches for. */
  private displace(now: number): void {
    // Their series are still shown: there are at most as many of them as may be labels.
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
