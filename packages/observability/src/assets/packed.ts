import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { withCode } from '../codes/tell.js';

/** By its name, since this module may be in any file of the package. */
const packageFolder = () =>
  dirname(createRequire(import.meta.url).resolve('@pmcp/observability/package.json'));

/**
 * Returns the path of what is made only when the package is packed.
 *
 * @throws Error with a code if it is not there, as in a clone of the repository
 */
export function packed(path: string): string {
  const found = join(packageFolder(), path);
  if (existsSync(found)) return found;
  throw withCode(
    'PMCP_E_NOT_PACKED',
    new Error(
      `expected ${found}, which is made when the package is packed; in a clone run npm run build:package, elsewhere install @pmcp/observability again`,
    ),
  );
}
