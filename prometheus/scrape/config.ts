import { toYaml } from '../yaml.js';
import { accessOf } from './access.js';
import { check } from './check.js';
import { dockerJob } from './docker.js';
import { flags } from './flags.js';
import { areNative, scrapedHistograms } from './histograms.js';
import { neighbourJob } from './neighbours.js';
import { type NeighbourName, type Options, SCRAPE_INTERVAL, type StaticTargets } from './options.js';
import { podsJob } from './pods.js';
import { probesJob } from './probes.js';
import { remoteWriteConfig } from './remote-write.js';
import { withoutUnread } from './unread.js';

/** The external label that tells two Prometheus servers with the same targets apart. */
const REPLICA = 'replica';

/**
 * Returns the configuration of one Prometheus, as the text of its file.
 * @throws TypeError that names the option which is wrong
 */
export function prometheusConfig(options: Options): string {
  check(options);
  const start = ['--config.file=prometheus.yml', ...flags(options)].join(' ');
  return `# Start Prometheus 3 with: ${start}\n${toYaml(config(options))}`;
}

function config(options: Options): object {
  const { ruleFiles, alertmanagers, externalLabels, remoteWrite, exemplars, otlp, keepClassicHistograms } =
    options;
  return {
    global: global(options),
    ...(ruleFiles && { rule_files: ruleFiles }),
    ...(alertmanagers && { alerting: alerting(alertmanagers, externalLabels) }),
    scrape_configs: jobs(options),
    ...(exemplars !== undefined && { storage: { exemplars: { max_exemplars: exemplars } } }),
    ...(otlp &&
      areNative(options) &&
      !keepClassicHistograms && { otlp: { convert_histograms_to_nhcb: true } }),
    ...(remoteWrite && {
      remote_write: remoteWrite.map((remote) => remoteWriteConfig(remote, areNative(options))),
    }),
  };
}

function alerting(alertmanagers: readonly string[], externalLabels: Options['externalLabels'] = {}) {
  return {
    // Alertmanager sees the alerts of two replicas as one only if they have the same labels.
    ...(REPLICA in externalLabels && { alert_relabel_configs: [{ action: 'labeldrop', regex: REPLICA }] }),
    alertmanagers: [{ static_configs: [{ targets: alertmanagers }] }],
  };
}

function global(options: Options) {
  const {
    interval = SCRAPE_INTERVAL,
    timeout = '10s',
    evaluationInterval = interval,
    externalLabels,
    agent,
  } = options;
  return {
    scrape_interval: interval,
    scrape_timeout: timeout,
    ...(!agent && { evaluation_interval: evaluationInterval }),
    ...(externalLabels && { external_labels: externalLabels }),
    ...scrapedHistograms(options),
  };
}

/** Returns every job of a configuration, the servers first. */
export function jobs({
  kubernetes,
  docker,
  targets = [],
  files = [],
  probes,
  neighbours = {},
  servers,
  omitZeros,
  dropUnread,
}: Options): object[] {
  const common = {
    ...(omitZeros && { params: { zeros: ['omit'] } }),
    ...accessOf(servers),
    ...(dropUnread && { metric_relabel_configs: [withoutUnread] }),
  };
  return [
    ...(kubernetes ? [{ ...podsJob(kubernetes, servers), ...common }] : []),
    ...(docker ? [{ ...dockerJob(docker), ...common }] : []),
    ...targets.map((one) => ({ ...staticJob(one), ...common })),
    ...files.map(({ job, paths }) => ({ job_name: job, file_sd_configs: [{ files: paths }], ...common })),
    ...(probes ? [probesJob(probes)] : []),
    ...Object.entries(neighbours).map(([name, places]) =>
      neighbourJob(name as NeighbourName, places, kubernetes),
    ),
  ];
}

function staticJob({ job, targets, labels }: StaticTargets): object {
  return { job_name: job, static_configs: [{ targets, ...(labels && { labels }) }] };
}
