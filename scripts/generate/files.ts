import { alertFiles } from '../../alerts/files.js';
import { rolloutFiles } from '../../alerts/rollouts/files.js';
import { chartFiles } from '../../charts/files.js';
import { dashboardFiles } from '../../dashboards/files.js';
import { prometheusFiles } from '../../prometheus/files.js';
import { componentFiles } from './components.js';
import { dashboardPages } from './dashboard-pages.js';
import { doctorPage } from './doctor.js';
import { doctorRbac } from './doctor-rbac.js';
import { errorsPage } from './errors.js';
import { hostFiles } from './host/files.js';
import { injectionFiles } from './injection/files.js';
import { loadBalancingFiles } from './load-balancing/files.js';
import { metricsPage } from './metrics.js';
import { pageWith } from './page.js';
import { quickStart } from './quick-start.js';
import { alertsReference } from './reference/alerts.js';
import { apiPage } from './reference/api.js';
import { cliPage } from './reference/cli.js';
import { optionsPage } from './reference/options.js';
import { variablesPage } from './reference/variables.js';
import { shippedDashboards } from './shipped-dashboards.js';
import { shippedOverview } from './shipped-overview.js';
import { shippedRules } from './shipped-rules.js';
import { worksWith, worksWithInShort } from './works-with.js';

/** Every generated file of the repository, by its path from the root. */
export const generatedFiles: Readonly<Record<string, () => string>> = {
  'METRICS.md': metricsPage,
  'docs/errors.md': errorsPage,
  'docs/doctor.md': doctorPage,
  'docs/quick-start.md': quickStart,
  'examples/kubernetes/doctor/rbac.yaml': doctorRbac,
  'packages/doctor/src/facts/shipped-dashboards.ts': shippedDashboards,
  'packages/doctor/src/facts/shipped-overview.ts': shippedOverview,
  'packages/doctor/src/facts/shipped-rules.ts': shippedRules,
  'docs/reference/options.md': optionsPage,
  'docs/reference/variables.md': variablesPage,
  'docs/reference/cli.md': cliPage,
  'docs/reference/api.md': apiPage,
  'docs/reference/alerts.md': alertsReference,
  ...dashboardPages,
  'README.md': () => pageWith('README.md', { 'works with': worksWithInShort() }),
  'docs/works-with.md': () => pageWith('docs/works-with.md', { 'works with': worksWith() }),
  ...prometheusFiles,
  ...alertFiles,
  ...rolloutFiles,
  ...dashboardFiles,
  ...chartFiles,
  ...loadBalancingFiles,
  ...injectionFiles,
  ...hostFiles,
  ...componentFiles,
};
