import { unexpected } from '../options.js';

/** @throws TypeError unless the value is a number between two bounds, both allowed */
export function expectNumber(
  option: string,
  value: unknown,
  min: number,
  max: number,
  of = 'a number',
): void {
  if (typeof value === 'number' && value >= min && value <= max) return;
  throw unexpected(option, `${of} from ${min} to ${max}`, value);
}

/** @throws TypeError unless the value has the method */
export function expectMethod(option: string, value: unknown, method: string): void {
  if (typeof (value as Record<string, unknown> | null | undefined)?.[method] === 'function') return;
  throw unexpected(option, `a client with a method ${method}()`, value);
}
