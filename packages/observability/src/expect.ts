import type { ErrorCode } from './codes/codes.js';
import { withCode } from './codes/tell.js';

/** The code that distinguishes a bad setting from other errors. */
export const BAD_OPTION = 'PMCP_E_BAD_OPTION' satisfies ErrorCode;

/** Creates the error for a bad option. It names the option, what was expected and what came. */
export function unexpected(name: string, expected: string, value: unknown): TypeError {
  const error = new TypeError(`Expected \`${name}\` to be ${expected}, got ${show(value)}`);
  const [first, ...frames] = (error.stack ?? '').split(/(?=\n\s+at )/);
  // In the form of Node's own errors, so that the stack shows the code.
  const title = first?.replace('TypeError', `TypeError [${BAD_OPTION}]`);
  error.stack = [title, ...(isVariable(name) ? [] : frames)].join('');
  return withCode(BAD_OPTION, error);
}

/** Removes the stack: the operator sets variables, so the place in the code does not help. */
function isVariable(name: string): boolean {
  return /^[A-Z][A-Z_]+$/.test(name);
}

function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 100));
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'an array' : 'an object';
  return typeof value === 'function' ? 'a function' : String(value);
}

/** @throws TypeError unless the value is a number between two bounds, inclusive */
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
