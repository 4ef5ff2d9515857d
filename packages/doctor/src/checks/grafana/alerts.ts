import { grafanaApi } from '../../facts/grafana.js';
import { throughGrafana } from '../../facts/grafana-prometheus.js';
import type { RuleGroup } from '../../facts/prometheus.js';
import { SHIPPED_RULES } from '../../facts/shipped-rules.js';
import { some } from '../some.js';
import { grafanaCheck } from './define.js';

export const alertsAreThereOnce = grafanaCheck({
  code: 'PMCP-D270',
  title: 'No alert is in Prometheus and in Grafana.',
  why: 'It fires twice, goes two ways, and a silence of one does not silence the other: somebody is woken for what another works on.',
  cure: 'Keep those of Prometheus, which are tested, and delete the folder or the groups of them in Grafana (Alerting, Alert rules); or take `alert-rules.yaml` out of `rule_files` and let Grafana alert.',
  severity: 'warn',
  rights:
    'GET of `/api/prometheus/grafana/api/v1/rules`: `alert.rules:read`; and of `/api/v1/rules` through the data source.',
  after: ['PMCP-D261'],
  async run(context) {
    const [grafana, prometheus] = await Promise.all([
      grafanaApi<{ readonly data: { readonly groups: readonly RuleGroup[] } }>(
        context,
        'api/prometheus/grafana/api/v1/rules',
      ),
      throughGrafana<{ readonly groups: readonly RuleGroup[] }>(context, 'rules'),
    ]);
    const loaded = new Set(prometheus.groups.flatMap(({ rules }) => rules.map(({ name }) => name)));
    const twice = grafana.data.groups
      .flatMap(({ rules }) => rules.map(({ name }) => name.split(' ')[0]!))
      .filter((name) => Object.hasOwn(SHIPPED_RULES, name) && loaded.has(name));
    if (twice.length === 0) return [];
    return [
      { found: `${twice.length} alerts are in Prometheus and in Grafana: ${some([...new Set(twice)])}` },
    ];
  },
});
