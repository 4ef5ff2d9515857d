import { fieldsOf, isError } from './errors.js';
import { isSecret, MAX_ENTRIES, MAX_KEY, REDACTED } from './keys.js';
import { CUT, MAX_STRING, redactText } from './text.js';

/** Beyond these limits, a value is not searched any more. What was not searched is not shown. */
const MAX_DEPTH = 10;
const MAX_NODES = 2_000;
/** Shorter keys are names, which need no search. */
const MAX_NAME = 24;
/** The number of characters of all texts together. */
const MAX_TEXT = 2 * MAX_STRING;
/** Getters and `toJSON` methods are code of the program, and may take any time. */
const MAX_MS = 50;
/** How many fields and items are processed between two checks of the time. */
const BETWEEN_LOOKS = 16;
/** Longer numbers take too long to convert to digits. */
const MAX_BITS = 1_024;

/**
 * Prepares a value for a log line or a span: replaces secrets at any depth, cuts strings, and marks what can't be serialised. The
 * original is never changed. It is returned itself if nothing had to be replaced.
 *
 * @param maxText characters of all its texts together that are looked at, and shown
 */
export function redact(value: object, maxText = MAX_TEXT): object {
  const shown = redacted(value, maxText);
  return typeof shown === 'object' && shown !== null ? shown : { value: shown };
}

/** Like `redact`, but a value that serialises itself to a text, such as a date, becomes that text. */
export function redacted(value: unknown, maxText = MAX_TEXT): unknown {
  return new Walk(maxText).any(value);
}

/** Returns the replacement for a value that can't be shown. Never throws. */
export function unserialisable(error: unknown): string {
  return `[unserialisable: ${reason(error)}]`;
}

class Walk {
  private nodes = 0;
  private entries = 0;
  private endAt: number | undefined;
  private readonly ancestors: object[] = [];

  constructor(private textLeft: number) {}

  any(value: unknown): unknown {
    if (typeof value === 'string') return this.text(value);
    if (typeof value === 'bigint')
      return BigInt.asIntN(MAX_BITS, value) === value ? this.text(String(value)) : CUT;
    return typeof value === 'object' && value !== null ? this.object(value) : value;
  }

  private text(value: string): string {
    const max = Math.min(MAX_STRING, this.textLeft);
    this.textLeft -= Math.min(value.length, max);
    return max === 0 && value !== '' ? CUT : redactText(value, max);
  }

  /** It is not searched, but it takes space. */
  private name(key: string): string {
    this.textLeft -= key.length;
    return key;
  }

  private object(value: object): unknown {
    if (this.ancestors.includes(value)) return '[circular]';
    if (this.ancestors.length >= MAX_DEPTH || ++this.nodes > MAX_NODES) return CUT;
    this.ancestors.push(value);
    try {
      return this.opened(value);
    } catch (error) {
      return this.failed(error);
    } finally {
      this.ancestors.pop();
    }
  }

  private failed(error: unknown): string {
    return this.name(unserialisable(error));
  }

  private opened(value: object): unknown {
    if (isError(value)) return this.fields(fieldsOf(value, (error, key) => this.read(error, key).shown));
    // Each of its characters is a key.
    if (value instanceof String) return this.text(String.prototype.valueOf.call(value));
    const hidden = withoutNamedSecret(value);
    if (hidden !== undefined) return hidden;
    const { toJSON } = value as { toJSON?: unknown };
    if (typeof toJSON !== 'function') return this.copied(value);
    const shown: unknown = toJSON.call(value);
    // Its own `toJSON` would show the original when it is written.
    return shown === value
      ? this.fields(value as Record<string, unknown>, { toJSON: undefined })
      : this.any(shown);
  }

  private copied(value: object): object {
    if (ArrayBuffer.isView(value)) return { type: value.constructor.name, bytes: value.byteLength };
    return Array.isArray(value) ? this.list(value) : this.fields(value as Record<string, unknown>);
  }

  private list(value: readonly unknown[]): object {
    let copy: unknown[] | undefined;
    for (let i = 0; i < value.length; i++) {
      if (this.isFull()) return [...(copy ?? value.slice(0, i)), CUT];
      const before = value[i];
      const after = this.any(before);
      if (after !== before) copy ??= value.slice(0, i);
      copy?.push(after);
    }
    return copy ?? value;
  }

  /** Copies the object from the first key on that must change. Without a change, there is no copy. */
  private fields(value: Record<string, unknown>, begun?: Record<string, unknown>): object {
    let copy = begun;
    // Kept, for to go through them again the engine would list all of them again, and there may be very many.
    const seen: string[] = [];
    for (const key in value) {
      if (this.isFull()) return { ...(copy ?? copyOf(value, seen)), [CUT]: CUT };
      if (begun !== undefined && key in begun) continue;
      const name = key.length > MAX_NAME ? this.text(key) : this.name(key);
      const before = this.read(value, key);
      const after = before.isHidden ? before.shown : this.any(before.shown);
      const isChanged = before.isHidden || after !== before.shown || name !== key;
      if (isChanged) copy ??= copyOf(value, seen);
      if (copy !== undefined) set(copy, name, after);
      if (copy === undefined) seen.push(key);
    }
    return copy ?? value;
  }

  private isFull(): boolean {
    return this.textLeft <= 0 || ++this.entries > MAX_ENTRIES || this.isLate();
  }

  private isLate(): boolean {
    if (this.entries % BETWEEN_LOOKS !== 0) return false;
    const now = performance.now();
    this.endAt ??= now + MAX_MS;
    return now > this.endAt;
  }

  /** Returns the value of a field, or what must be searched of it. */
  private read(value: object, key: string): { isHidden: boolean; shown: unknown } {
    try {
      const shown = (value as Record<string, unknown>)[key];
      const isHidden = shown !== undefined && isSecret(key, shown);
      return { isHidden, shown: isHidden ? REDACTED : shown };
    } catch (error) {
      return { isHidden: true, shown: this.failed(error) };
    }
  }
}

/** Copies the fields that were searched and need no change. */
function copyOf(value: Record<string, unknown>, keys: readonly string[]): Record<string, unknown> {
  const copy: Record<string, unknown> = {};
  for (const key of keys) set(copy, key, value[key]);
  return copy;
}

/** Also works for a name such as `__proto__`, which JSON may contain. */
function set(copy: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__') Object.defineProperty(copy, key, { value, enumerable: true });
  else copy[key] = value;
}

/** One field names another one: a header and its value in a list, a variable, a command of Redis. */
function withoutNamedSecret(value: object): object | undefined {
  if (Array.isArray(value)) return isSecretPair(value) ? [value[0], REDACTED] : undefined;
  const { name, key, args, value: content } = value as Record<string, unknown>;
  if (Array.isArray(args) && typeof name === 'string' && /^(?:auth|hello)$/i.test(name)) {
    return { name, args: REDACTED };
  }
  if (content === undefined) return undefined;
  const named = typeof name === 'string' ? name : key;
  const isNamed = typeof named === 'string' && named.length <= MAX_KEY && isSecret(named, content);
  return isNamed ? { ...(named === name ? { name } : { key }), value: REDACTED } : undefined;
}

/** A header and its value, as in the result of `Object.entries`. */
function isSecretPair(value: readonly unknown[]): boolean {
  if (value.length !== 2) return false;
  const [name, content] = value;
  return typeof name === 'string' && name.length <= MAX_KEY && isSecret(name, content);
}

function reason(error: unknown): string {
  try {
    return error instanceof Error ? redactText(error.message, 200) : 'it threw';
  } catch {
    return 'it threw';
  }
}
