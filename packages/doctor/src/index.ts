/**
 * The implementation of the `doctor` command, which `@pmcp/observability` loads. Users run the command.
 *
 * @packageDocumentation
 */
export { examine } from './examine.js';
