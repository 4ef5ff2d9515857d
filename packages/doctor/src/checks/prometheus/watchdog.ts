import type { Context } from '../../context.js';
import { query } from '../../facts/prometheus.js';
import { hasRun } from '../../facts/rules-that-ran.js';
import { prometheusCheck } from './define.js';

export const watchdogFires = prometheusCheck({
  code: 'PMCP-D142',
  title: 'The Watchdog fires.',
  why: 'It is the one alert that always fires. Where it does not, rules do not run, and no other alert comes either.',
  cure: 'Load the alert rules as they ship (`npx pmcp-observability assets ./monitoring`), and see in `PROMETHEUS/rules` whether the group pmcp-watching runs.',
  severity: 'fail',
  after: ['PMCP-D104', 'PMCP-D120', 'PMCP-D121'],
  async run(context) {
    if (await fires(context)) return [];
    await hasRun(context, 'Watchdog');
    return (await fires(context)) ? [] : [{ found: 'the alert Watchdog does not fire' }];
  },
});

async function fires(context: Context): Promise<boolean> {
  return (await query(context, 'ALERTS{alertname="Watchdog", alertstate="firing"}')).length > 0;
}
