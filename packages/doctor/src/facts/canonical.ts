import { createHash } from 'node:crypto';

/**
 * The sign of what an expression asks for, the same for the text of a rule file and for what Prometheus made of it:
 * that has matchers in the order of the alphabet, and numbers and durations in its own way. Thresholds and windows are
 * left out, for they are options of whoever builds the rules.
 */
export function signOf(expression: string): string {
  const text = expression
    .replaceAll(/\s+/g, '')
    .replaceAll(/\{([^{}]*)\}/g, (_, matchers: string) => `{${sorted(matchers)}}`)
    .replaceAll(/\d+(?:\.\d+)?e[+-]\d+|(?:\d+(?:ms|[smhdwy]))+|\d+(?:\.\d+)?/g, '#');
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}

const MATCHER = /\w+(?:=~|!~|!=|=)"(?:[^"\\]|\\.)*"/g;

function sorted(matchers: string): string {
  return (matchers.match(MATCHER) ?? []).sort().join(',');
}
