import type { Code } from '../check.js';

const PAGE = 'https://github.com/pmcp/observability/blob/main/docs/doctor.md';

/** Returns the address of a check's explanation. It is as stable as the code. */
export function addressOf(code: Code): string {
  return `${PAGE}#${code.toLowerCase()}`;
}
