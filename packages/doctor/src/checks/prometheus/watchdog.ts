import type { Context } from '../../context.js';
import { query } from '../../facts/prometheus.js';
import { hasRun, rulesNamed } from '../../facts/rules-that-ran.js';
import { prometheusCheck } from './define.js';

const NAME = 'Watchdog';

export const watchdogFires = prometheusCheck({
  code: 'PMCP-D142',
  title: 'The Watchdog fires.',
  why: 'It is the one alert that always fires. Where it does not, rules do not run, and no other alert comes either.',
  cure: 'Load the alert rules as they ship (`npx pmcp-observability assets ./monitoring`), and see in `PROMETHEUS/rules` whether the group pmcp-watching runs.',
  severity: 'fail',
  after: ['PMCP-D104', 'PMCP-D120', 'PMCP-D121'],
  async run(context) {
    if (await fires(context)) return [];
    await hasRun(context, NAME);
    return (await fires(context)) ? [] : [{ found: 'the alert Watchdog does not fire' }];
  },
});

/** After a start Prometheus knows that an alert fires, and writes no series of it for some evaluations. */
async function fires(context: Context): Promise<boolean> {
  const series = await query(context, `ALERTS{alertname="${NAME}", alertstate="firing"}`);
  return series.length > 0 || (await rulesNamed(context, NAME)).some(({ state }) => state === 'firing');
}
