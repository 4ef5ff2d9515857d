import { toYaml } from '../../prometheus/yaml.js';
import { analysisTemplate } from './argo.js';
import { canary, metricTemplates } from './flagger.js';

const NOTE = '# Generated from alerts/rollouts and the SLOs in alerts/slos.ts by `npm run generate`.\n';
const PROMETHEUS = 'http://prometheus.monitoring.svc:9090';

const file = (...objects: readonly object[]) => NOTE + objects.map(toYaml).join('---\n');

/** The checks of rollouts in the examples, by their paths from the root. */
export const rolloutFiles: Readonly<Record<string, () => string>> = {
  'examples/kubernetes/rollouts-argo/analysis-template.yaml': () => file(analysisTemplate(PROMETHEUS)),
  'examples/kubernetes/rollouts-flagger/metric-templates.yaml': () => file(...metricTemplates(PROMETHEUS)),
  'examples/kubernetes/rollouts-flagger/canary.yaml': () => file(canary()),
};
