import { isLoopback } from '../../facts/loopback.js';
import { targets } from '../../facts/prometheus.js';
import { runtime } from '../../facts/prometheus-api.js';
import { alertmanagers, prometheusConfig, storeAt } from '../../facts/prometheus-state.js';
import { prometheusCheck } from './define.js';

export const configurationIsLoaded = prometheusCheck({
  code: 'PMCP-D105',
  title: 'Prometheus runs the configuration that it was given last.',
  why: 'After a faulty reload Prometheus goes on with what it had: the file looks right, and nothing of it counts. It does not start again with it either.',
  cure: 'Run `promtool check config prometheus.yml`, correct what it says, and reload: `curl -X POST PROMETHEUS/-/reload`, or send SIGHUP.',
  severity: 'fail',
  rights: 'GET of `/api/v1/status/runtimeinfo`.',
  async run(context) {
    const { reloadConfigSuccess } = await context.get(runtime);
    return reloadConfigSuccess
      ? []
      : [{ found: 'the last reload of the configuration of Prometheus failed: it runs an older one' }];
  },
});

export const externalLabelsAreThere = prometheusCheck({
  code: 'PMCP-D106',
  title: 'What Prometheus sends elsewhere says from where it comes.',
  why: 'Without external labels the series of two Prometheus servers are the same ones in the store that takes both: each overwrites the other.',
  cure: 'Add to `global`: `external_labels: { cluster: NAME }`, another one for each Prometheus, and reload.',
  severity: 'fail',
  rights: 'GET of `/api/v1/status/config`.',
  async run(context) {
    const { global, remote_write = [] } = await context.get(prometheusConfig);
    const labels = Object.keys(global?.external_labels ?? {});
    if (labels.length > 0 || remote_write.length === 0) return [];
    return [{ found: `Prometheus writes to ${storeAt(remote_write[0]!.url)} and has no external labels` }];
  },
});

export const alertmanagerIsConfigured = prometheusCheck({
  code: 'PMCP-D107',
  title: 'Prometheus knows an Alertmanager to send alerts to.',
  why: 'Alerts fire, and nobody hears of them.',
  cure: 'Add to the configuration of Prometheus `alerting: { alertmanagers: [{ static_configs: [{ targets: ["HOST:9093"] }] }] }`, and reload.',
  severity: 'fail',
  rights: 'GET of `/api/v1/alertmanagers`.',
  after: ['PMCP-D104'],
  async run(context) {
    const [known, all] = await Promise.all([context.get(alertmanagers), context.get(targets)]);
    if (known.length > 0) return [];
    const found = 'Prometheus has alert rules and no Alertmanager to send alerts to';
    // Somebody who tries it out wants to know first what else is wrong.
    const isTrial = all.length > 0 && all.every(({ scrapeUrl }) => isLoopback(new URL(scrapeUrl).hostname));
    return [
      isTrial
        ? { found: `${found}, which is well while you try it on your own machine`, severity: 'warn' }
        : { found },
    ];
  },
});
