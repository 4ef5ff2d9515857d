import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withCode } from '../codes/tell.js';

const PACKAGE = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Returns the path of what is made only when the package is packed.
 *
 * @throws Error with a code if it is not there, as in a clone of the repository
 */
export function packed(path: string): string {
  const found = join(PACKAGE, path);
  if (existsSync(found)) return found;
  throw withCode(
    'PMCP_E_NOT_PACKED',
    new Error(
      `expected ${found}, which is made when the package is packed; in a clone run npm run build:package, elsewhere install @pmcp/observability again`,
    ),
  );
}
