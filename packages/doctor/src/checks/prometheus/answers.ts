import type { Check } from '../../check.js';
import { targets } from '../../facts/prometheus.js';

export const prometheusAnswers: Check = {
  code: 'PMCP-D100',
  group: 'prometheus',
  title: 'Prometheus answers.',
  why: 'Without it there is no dashboard, no alert and no autoscaling.',
  cure: 'Check the address, and that it is reached from here: `curl PROMETHEUS/api/v1/targets`. A token is given by `--token-file prometheus=FILE`.',
  needs: ['prometheus'],
  rights: 'GET of `/api/v1/targets`.',
  severity: 'fail',
  async run(context) {
    try {
      await context.get(targets);
      return [];
    } catch (error) {
      return [
        { found: `${context.settings.prometheus!.origin} can't be asked: ${(error as Error).message}` },
      ];
    }
  },
};
