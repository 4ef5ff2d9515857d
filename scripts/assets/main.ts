/** Copies what is generated, and the runbooks, to where the package ships them from. Runs before it is packed. */
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { settings } from '../../alerts/options.js';

const root = join(import.meta.dirname, '../..');
const target = join(root, 'packages/observability/assets');

const SHIPPED = {
  'alerts/generated': 'alerts',
  'alerts/runbooks': 'alerts/runbooks',
  'dashboards/generated': 'dashboards',
  'prometheus/generated': 'prometheus',
  'scripts/assets/README.md': 'README.md',
};

rmSync(target, { recursive: true, force: true });
mkdirSync(target);
for (const [from, to] of Object.entries(SHIPPED)) {
  cpSync(join(root, from), join(target, to), { recursive: true });
}
const { runbookUrl, dashboardUrl } = settings();
writeFileSync(join(target, 'links.json'), JSON.stringify({ runbookUrl, dashboardUrl }));
