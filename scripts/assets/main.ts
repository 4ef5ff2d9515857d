/**
 * Copies the generated files and the runbooks into the packages that ship them.
 * Runs before the packages are packed.
 */

import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { settings } from '../../alerts/options.js';
import { optionalSections } from '../../dashboards/dashboards.js';
import { UIDS } from '../../dashboards/uids.js';
import { compact } from './compact.js';

const root = join(import.meta.dirname, '../..');

const SHIPPED = {
  'alerts/generated': 'alerts',
  'alerts/runbooks': 'alerts/runbooks',
  'dashboards/generated': 'dashboards',
  'prometheus/generated': 'prometheus',
  'scripts/assets/README.md': 'README.md',
};

const VIEWED = {
  'alerts/runbooks': 'runbooks',
  'dashboards/generated': 'dashboards',
};

/** The command `assets` makes these from the JSON, so the package contains each dashboard only once. */
const MADE_LATER = join(root, 'dashboards/generated/kubernetes');
/** Provisioning for Grafana, which the viewer does not use. */
const FOR_GRAFANA = join(root, 'dashboards/generated/provisioning');

/** Copies files to a target folder. `shipped` has their path from the root and their path in the target. */
function copy(shipped: Readonly<Record<string, string>>, target: string, without: readonly string[]): void {
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target);
  for (const [from, to] of Object.entries(shipped)) {
    const filter = (path: string) => !without.includes(path);
    cpSync(join(root, from), join(target, to), { recursive: true, filter });
  }
}

const target = join(root, 'packages/observability/assets');
copy(SHIPPED, target, [MADE_LATER]);
copy(VIEWED, join(root, 'packages/viewer/assets'), [MADE_LATER, FOR_GRAFANA]);
const { runbookUrl, dashboardUrl } = settings();
const sections = Object.fromEntries(UIDS.map((uid) => [uid, [...optionalSections(uid)]]));
writeFileSync(
  join(target, 'facts.json'),
  JSON.stringify({ runbookUrl, dashboardUrl, optionalSections: sections }),
);

compact(join(root, 'packages/otlp/dist'));
// A program of its own: nobody reads its stack in theirs.
compact(join(root, 'packages/doctor/dist'), 'short');

/**
 * Bundles each generator that a command of the package runs.
 * A user of the package does not have this repository.
 */
for (const [name, entry] of Object.entries({
  alerts: 'alerts/files.ts',
  dashboards: 'scripts/assets/dashboards.ts',
}))
  buildSync({
    entryPoints: [join(root, entry)],
    outfile: join(root, `packages/observability/dist/generators/${name}.js`),
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    external: ['yaml', '@pmcp/observability/catalog', '@pmcp/observability/internal'],
    // Some bundled libraries have a licence that requires its notice.
    legalComments: 'eof',
  });
