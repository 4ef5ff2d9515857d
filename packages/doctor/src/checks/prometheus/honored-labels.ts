import { renamedPushes, renamedServers } from '../../facts/renamed-sources.js';
import { prometheusCheck } from './define.js';

const CURE = 'Set `honor_labels: true` for the job that the finding names, and reload Prometheus.';

export const serversKeepLabels = prometheusCheck({
  code: 'PMCP-D146',
  title: 'Servers that another Prometheus scrapes keep their labels.',
  why: 'Without `honor_labels`, Prometheus moves `job` and `instance` of each series to `exported_job` and `exported_instance`. Rules and dashboards then see all servers as one, or none.',
  cure: CURE,
  severity: 'fail',
  async run(context) {
    return [...(await context.get(renamedServers))].map(([job, all]) => {
      const [{ exported_job, exported_instance } = {}] = all;
      const more = all.length > 1 ? `, as ${all.length - 1} more` : '';
      const told = [exported_job, exported_instance].filter(Boolean).join(' at ');
      return {
        found: `job ${job} does not keep the labels of servers: ${told} has them in exported_job and exported_instance${more}`,
      };
    });
  },
});

export const pushesKeepLabels = prometheusCheck({
  code: 'PMCP-D147',
  title: 'Results that jobs push keep their labels.',
  why: 'Without `honor_labels`, Prometheus gives what was pushed the labels of the Pushgateway. Alerts then name that, and not the job that pushed.',
  cure: CURE,
  severity: 'warn',
  async run(context) {
    return [...(await context.get(renamedPushes))].map(([job, all]) => ({
      found: `job ${job} does not keep the labels of what was pushed: ${all[0]?.exported_job} is in exported_job`,
    }));
  },
});
