import { OTHER } from '../protocol/methods.js';

/** Longer than any name that the specification allows (128 characters). */
const MAX_LENGTH = 128;

/**
 * Bounds the values of one label. The first `limit` values stay as they are. Later values, and values that are unfit for a
 * label, become `_other`.
 */
export class LabelLimiter {
  private readonly values = new Map<string, string>();

  constructor(
    private readonly limit: number,
    private readonly onOverflow: () => void,
  ) {}

  /** Returns the label value for a name that a peer gave itself, or `fallback` if it is not usable. */
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

/** Whether a value is fit for a label. */
export function isLabel(value: string): boolean {
  return value !== '' && value.length <= MAX_LENGTH;
}

/** Different names with lone surrogates would become equal when encoded, and Prometheus rejects duplicates. */
export function wellFormed(value: string): string {
  return Buffer.from(value).toString();
}
