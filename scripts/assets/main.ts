/** Copies what is generated, and the runbooks, to where the packages ship them from. Runs before they are packed. */

import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { settings } from '../../alerts/options.js';

const root = join(import.meta.dirname, '../..');

const SHIPPED = {
  'alerts/generated': 'alerts',
  'alerts/runbooks': 'alerts/runbooks',
  'dashboards/generated': 'dashboards',
  'dashboards/generated-v2': 'dashboards-v2',
  'prometheus/generated': 'prometheus',
  'scripts/assets/README.md': 'README.md',
};

const VIEWED = {
  'alerts/runbooks': 'runbooks',
  'dashboards/generated': 'dashboards',
};

/** What goes where, by its path from the root. */
function copy(shipped: Readonly<Record<string, string>>, target: string): void {
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target);
  for (const [from, to] of Object.entries(shipped)) {
    cpSync(join(root, from), join(target, to), { recursive: true });
  }
}

const target = join(root, 'packages/observability/assets');
copy(SHIPPED, target);
copy(VIEWED, join(root, 'packages/viewer/assets'));
const { runbookUrl, dashboardUrl } = settings();
writeFileSync(join(target, 'links.json'), JSON.stringify({ runbookUrl, dashboardUrl }));

/** The generators that the commands of the package run, each in one file, for nobody who installs it has this repository. */
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
    external: ['yaml', '@pmcp/observability/catalog'],
    // Some of what goes in has a licence that wants to be named.
    legalComments: 'eof',
  });
