import { wholly } from './go-pattern.js';

/** Returns the job patterns of the metrics that not only MCP servers have, such as `up` and `process_*`. */
export function jobPatterns(expression: string): RegExp[] {
  return [
    ...expression.matchAll(/\b(?:up|(?:nodejs|process)_\w+)\{[^{}]*?\bjob(=~|=)"((?:[^"\\]|\\.)*)"/g),
  ].map(([, operator, value = '']) => {
    const pattern = operator === '=' ? value.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&') : value;
    // Not every Go pattern is valid in JavaScript. Such a pattern is taken to match any job.
    return wholly(pattern) ?? /^/;
  });
}
