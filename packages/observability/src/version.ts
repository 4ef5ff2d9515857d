/** Of this package, as its package.json has it: what is bundled has no such file beside it. `release:version` writes both. */
export const VERSION = '0.1.0';
