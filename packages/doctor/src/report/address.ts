import type { Code } from '../check.js';

const PAGE = 'https://github.com/pmcp/observability/blob/main/docs/doctor.md';

/** Where a check is explained; stays as long as the code does. */
export function addressOf(code: Code): string {
  return `${PAGE}#${code.toLowerCase()}`;
}
