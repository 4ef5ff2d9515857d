import { alertFiles } from '../../alerts/files.js';
import { ruleGroups } from '../../alerts/groups.js';
import { alertsSummary } from '../../alerts/output/page.js';
import { SLOS } from '../../alerts/slos.js';
import { dashboardFiles } from '../../dashboards/files.js';
import { prometheusFiles } from '../../prometheus/files.js';
import { metricsPage } from './metrics.js';
import { readmeWith } from './readme.js';
import { worksWith } from './works-with.js';

/** Every generated file of the repository, by its path from the root. */
export const generatedFiles: Readonly<Record<string, () => string>> = {
  'METRICS.md': metricsPage,
  'README.md': () => readmeWith({ alerts: alertsSummary(ruleGroups(), SLOS), 'works with': worksWith() }),
  ...prometheusFiles,
  ...alertFiles,
  ...dashboardFiles,
};
