import type { Context } from '../../context.js';
import { spoken } from '../../facts/duration.js';
import { lately } from '../../facts/lately.js';
import { itsOwnPage, storeAt } from '../../facts/prometheus-state.js';
import { total } from '../../facts/samples.js';
import { prometheusCheck } from './define.js';

const STORE = 'prometheus_remote_storage_';
const FAILED = [
  `${STORE}samples_failed_total`,
  `${STORE}histograms_failed_total`,
  // Prometheus 2.
  `${STORE}failed_samples_total`,
];
/** Seconds that a store may be behind. Prometheus sends every five seconds. */
const LATE_SECONDS = 120;

export const remoteStoresTakeSamples = prometheusCheck({
  code: 'PMCP-D137',
  title: 'Each store that Prometheus writes to takes its samples.',
  why: 'Long-term dashboards and the rules of that store read old data or none, while everything looks well in this Prometheus.',
  cure: 'Look into the log of Prometheus for `remote_write`: credentials, address or certificate in `remote_write` are wrong, or the store refuses the samples (too old, too many series, or `protobuf_message` has a version that it does not know) or is too slow.',
  severity: 'fail',
  rights: 'GET of `/metrics` and `/api/v1/query`.',
  async run(context) {
    const refused = await lately(context, FAILED);
    if (refused.count > 0)
      return [
        {
          found: `${(await refusingStores(context)).join(', ')} refused ${refused.count} samples of remote_write ${refused.when}`,
        },
      ];
    return (await lateStores(context)).map(({ host, seconds }) => ({
      found: `remote_write to ${host} is ${spoken(seconds)} behind`,
    }));
  },
});

/** Returns the stores that have refused samples, by their hosts. */
async function refusingStores(context: Context): Promise<string[]> {
  const page = await context.get(itsOwnPage);
  const failed = page.filter(({ name, value }) => FAILED.includes(name) && value > 0);
  return failed.length === 0 ? ['a store'] : [...new Set(failed.map(({ labels }) => storeAt(labels.url)))];
}

/** Returns the stores that samples wait for. */
async function lateStores(context: Context): Promise<{ readonly host: string; readonly seconds: number }[]> {
  const page = await context.get(itsOwnPage);
  const started = total(page, 'process_start_time_seconds') ?? 0;
  return page
    .filter(({ name }) => name === `${STORE}queue_highest_sent_timestamp_seconds`)
    .filter(({ labels }) => (total(page, `${STORE}samples_pending`, labels) ?? 0) > 0)
    .map(({ labels, value }) => ({
      host: storeAt(labels.url),
      seconds: Math.round(Date.now() / 1_000 - Math.max(value, started)),
    }))
    .filter(({ seconds }) => seconds > LATE_SECONDS);
}
