import { alertmanagerStatus } from '../../facts/alertmanager.js';
import { beside } from '../../net/beside.js';
import { alertmanagerCheck } from './define.js';

export const alertmanagerAnswers = alertmanagerCheck({
  code: 'PMCP-D200',
  title: 'Alertmanager answers.',
  why: 'Without it alerts fire, and nobody is told.',
  cure: 'Check the address: `curl ALERTMANAGER/api/v2/status`. A token is given by `--token-file alertmanager=FILE`.',
  severity: 'fail',
  after: [],
  async run(context) {
    try {
      await context.get(alertmanagerStatus);
      return [];
    } catch (error) {
      const { origin, pathname } = beside(context.settings.alertmanager!, 'api/v2/status');
      return [{ found: `${origin}${pathname} can't be asked: ${(error as Error).message}` }];
    }
  },
});
