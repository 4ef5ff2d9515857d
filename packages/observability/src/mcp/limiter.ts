import { OTHER } from '../protocol/methods.js';

/** Longer than any name that the specification allows (128 characters). */
const MAX_LENGTH = 128;

/**
 * Keeps the values of one label bounded: the first `limit` values stay as they are,
 * everything after is `_other`, and so is what no label value should be.
 */
export class LabelLimiter {
  private readonly values = new Map<string, string>();

  constructor(
    private readonly limit: number,
    private readonly onOverflow: () => void,
  ) {}

  /** The label value for what a peer called itself; `fallback` when it said nothing usable. */
  accept(value: unknown, fallback: string): string {
    if (typeof value !== 'string' || value === '') return fallback;
    return this.values.get(value) ?? this.admit(value);
  }

  private admit(value: string): string {
    if (this.values.size >= this.limit || value.length > MAX_LENGTH) {
      this.onOverflow();
      return OTHER;
    }
    const label = wellFormed(value);
    this.values.set(value, label);
    return label;
  }
}

/** Whether a value may be a label at all. */
export function isLabel(value: string): boolean {
  return value !== '' && value.length <= MAX_LENGTH;
}

/** Lone surrogates would make different names alike on the wire, and Prometheus refuses duplicates. */
export function wellFormed(value: string): string {
  return Buffer.from(value).toString();
}
