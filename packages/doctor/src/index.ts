/**
 * For `@pmcp/observability`, whose command `doctor` loads it. Users run the command.
 *
 * @packageDocumentation
 */
export { examine } from './examine.js';
