/** Copies what is generated, and the runbooks, to where the packages ship them from. Runs before they are packed. */

import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { settings } from '../../alerts/options.js';
import { optionalSections } from '../../dashboards/dashboards.js';
import { UIDS } from '../../dashboards/uids.js';

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

/** `assets` makes these from the JSON, so that each dashboard is in the package once. */
const MADE_LATER = join(root, 'dashboards/generated/kubernetes');
/** The viewer has no Grafana to provision. */
const FOR_GRAFANA = join(root, 'dashboards/generated/provisioning');

/** What goes where, by its path from the root. */
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
    external: ['yaml', '@pmcp/observability/catalog', '@pmcp/observability/internal'],
    // Some of what goes in has a licence that wants to be named.
    legalComments: 'eof',
  });
