/** The version in this package's package.json, which is missing in a bundle. `release:version` writes both. */
export const VERSION = '0.1.0';
