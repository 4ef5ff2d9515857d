import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ruleGroups } from '../alerts/groups.js';
import { allDashboards } from '../dashboards/dashboards.js';
import { relabelingsOfServer } from '../prometheus/operator/objects.js';
import { toYaml } from '../prometheus/yaml.js';
import { readme } from './readme.js';
import { valuesFile, valuesSchema } from './render.js';
import { values } from './values/all.js';

const CHART = 'charts/pmcp-server';
/** The chart takes these files as the examples have them. */
const SCRIPTS = {
  'backup.sh': 'backup/backup.sh',
  'restore.sh': 'restore/restore.sh',
  passwd: 'restore/passwd',
  'redis-backup.sh': 'redis-backup/backup.sh',
  'redis-restore.sh': 'redis-restore/restore.sh',
};

const dashboards = Object.fromEntries(
  allDashboards().map((dashboard) => [
    `files/dashboards/${dashboard.uid}.json`,
    () => `${JSON.stringify(dashboard)}\n`,
  ]),
);

const scripts = Object.fromEntries(
  Object.entries(SCRIPTS).map(([name, path]) => [
    `files/${name}`,
    () => readFileSync(join(import.meta.dirname, '../examples/kubernetes', path), 'utf8'),
  ]),
);

const files: Readonly<Record<string, () => string>> = {
  'values.yaml': () => valuesFile(values),
  'values.schema.json': () => `${JSON.stringify(valuesSchema(values), null, 2)}\n`,
  'README.md': () => readme(values),
  'files/rules.yaml': () => toYaml(ruleGroups()),
  'files/relabelings.yaml': () => toYaml(relabelingsOfServer()),
  ...scripts,
  ...dashboards,
};

/** The generated files of the chart, by path from the root of the repository. */
export const chartFiles: Readonly<Record<string, () => string>> = Object.fromEntries(
  Object.entries(files).map(([path, render]) => [`${CHART}/${path}`, render]),
);
