/**
 * Checks of options. They may come from a file, where no compiler finds a misspelt name or a value of the
 * wrong type.
 */
import { didYouMean } from '@pmcp/observability/internal';
import { unexpected } from '../prometheus/expected.js';
import { type Duration, isDuration } from '../prometheus/promql.js';

/** @throws TypeError unless it is an object that only has known names */
export function checkNames(option: string, given: unknown, known: readonly string[]): void {
  checkObject(option, given);
  const unknown = Object.keys(given).find((name) => !known.includes(name));
  if (unknown !== undefined) throw misnamed(option, `any of ${known.join(', ')}`, unknown, known);
}

/** Returns the error for an unknown name, with the name that was probably meant. */
export function misnamed(
  option: string,
  expected: string,
  given: string,
  known: readonly string[],
): TypeError {
  const error = unexpected(option, expected, given);
  error.message += didYouMean(given, known);
  return error;
}

/** @throws TypeError unless it is an object and not a list */
export function checkObject(option: string, given: unknown): asserts given is object {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw unexpected(option, 'an object', given);
  }
}

/** @throws TypeError unless it is one of the known values */
export function checkOneOf(option: string, given: unknown, known: readonly string[]): void {
  if (!known.some((name) => name === given)) throw unexpected(option, `any of ${known.join(', ')}`, given);
}

/** @throws TypeError unless it is a text */
export function checkText(option: string, given: unknown): asserts given is string {
  if (typeof given !== 'string') throw unexpected(option, 'a text', given);
}

/** @throws TypeError unless Prometheus and Alertmanager accept it, or it is undefined */
export function checkDuration(option: string, given: Duration | undefined): void {
  if (given !== undefined && !isDuration(given)) throw unexpected(option, 'a duration such as 5m', given);
}

/** @throws TypeError unless durations can be multiplied by it */
export function checkScale(scale: number): void {
  if (!(scale > 0)) throw unexpected('scale', 'a number above 0', scale);
}

/** @throws TypeError that names the unknown label */
export function checkLabels(option: string, given: readonly string[], known: readonly string[]): void {
  const unknown = given.find((label) => !known.includes(label));
  if (unknown !== undefined) throw unexpected(option, `labels among ${known.join(', ')}`, unknown);
}

/** @throws TypeError unless all are labels that a rule may set in any Prometheus */
export function checkOwnLabels(option: string, given: unknown): void {
  checkObject(option, given);
  for (const [name, value] of Object.entries(given)) {
    if (!/^(?!__)[a-zA-Z_]\w*$/.test(name)) throw unexpected(option, 'names of labels', name);
    checkText(`${option}.${name}`, value);
  }
}
