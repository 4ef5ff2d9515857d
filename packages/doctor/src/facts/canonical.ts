import { createHash } from 'node:crypto';

/**
 * Returns the sign of an expression, a short hash. It is the same for the text of a rule file and for what Prometheus
 * returns, which sorts matchers by name and writes numbers and durations in its own way. Thresholds and windows are left
 * out, because they are options for building the rules.
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
