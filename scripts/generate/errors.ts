import { CODES } from '../../packages/observability/src/codes/codes.js';

/** docs/errors.md: what each code means, with a stable address for each. */
export function errorsPage(): string {
  return `# Errors and warnings

<!-- Generated from packages/observability/src/codes/codes.ts by \`npm run generate\`. -->

Every error and warning has a code that does not change between versions. Search for it, or make an alert of it.

- Log lines have it in the field \`code\`: \`{"level":"warn","code":"PMCP_W_PORT_IN_USE",…}\`.
- Errors that are thrown have it in \`error.code\`.
- Commands write it at the end of their message.

\`PMCP_E_\` is an error: something was not done. \`PMCP_W_\` is a warning: the server goes on without it.

${Object.entries(CODES)
  .map(([code, { means, action }]) => `## ${code}\n\n${means}\n\n**What to do:** ${action}\n`)
  .join('\n')}`;
}
