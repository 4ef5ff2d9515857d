import { unexpected } from './expect.js';
import { didYouMean } from './suggest.js';

export type Env = Readonly<Record<string, string | undefined>>;

/** @param other what is allowed besides numbers, for the message */
export function integer(
  name: string,
  value: unknown,
  fallback: number,
  min: number,
  max: number,
  other = '',
): number {
  if (value === undefined) return fallback;
  if (!Number.isInteger(value) || (value as number) < min || (value as number) > max) {
    throw unexpected(name, `an integer from ${min} to ${max}${other && `, or ${other}`}`, value);
  }
  return value as number;
}

export function boolean(name: string, value: unknown, fallback: boolean): boolean {
  if (value === undefined) return fallback;
  if (typeof value !== 'boolean') throw unexpected(name, 'true or false', value);
  return value;
}

export function array<T>(name: string, value: readonly T[] | undefined): readonly T[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw unexpected(name, 'an array', value);
  return value;
}

/** Without this check, a misspelt option would be ignored silently. */
export function known(name: string, value: object, keys: readonly string[]): void {
  if (typeof value !== 'object' || value === null) throw unexpected(name, 'an object', value);
  const stranger = Object.keys(value).find((key) => !keys.includes(key));
  if (stranger === undefined) return;
  const error = unexpected(name, `an object with only the keys ${keys.join(', ')}`, stranger);
  error.message += didYouMean(stranger, keys);
  throw error;
}

/**
 * Whether Kubernetes set a variable that ends in `_PORT`. It does so in every pod for each Service of the namespace: the Service
 * `pmcp-metrics` creates `PMCP_METRICS_PORT=tcp://10.96.14.2:9090`. Docker's old links do the same.
 */
export function isServiceLink(value: string): boolean {
  return /^(tcp|udp|sctp):\/\//i.test(value);
}

export function isSet(value: string | undefined): value is string {
  return value !== undefined && value !== '';
}

/** @param other what is allowed besides the names, for the message */
export function oneOf<T extends string>(
  name: string,
  value: unknown,
  fallback: T,
  allowed: readonly T[],
  other = '',
): T {
  if (value === undefined) return fallback;
  const expected = `one of ${allowed.join(', ')}${other && `, or ${other}`}`;
  if (!allowed.includes(value as T)) throw unexpected(name, expected, value);
  return value as T;
}
