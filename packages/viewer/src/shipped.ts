import { existsSync } from 'node:fs';
import { join } from 'node:path';

const own = join(import.meta.dirname, '..');
const repository = join(own, '../..');

/**
 * The folders with the page, the dashboards and the runbooks of this package.
 *
 * @example
 * ```ts
 * import { serveViewer, shipped } from '@pmcp/viewer';
 *
 * const { dashboards } = shipped();
 * const prometheus = { main: { url: new URL('http://localhost:9090') } };
 * const viewer = await serveViewer({ ...shipped(), dashboards, prometheus });
 * ```
 */
export function shipped(): {
  readonly bundle: string;
  readonly dashboards: string;
  readonly runbooks: string;
} {
  const assets = join(own, 'assets');
  const bundle = join(own, 'bundle');
  const generated = join(repository, 'dashboards/generated');
  // In the repository, an earlier build may have left stale assets.
  if (existsSync(generated))
    return { bundle, dashboards: generated, runbooks: join(repository, 'alerts/runbooks') };
  return { bundle, dashboards: join(assets, 'dashboards'), runbooks: join(assets, 'runbooks') };
}
