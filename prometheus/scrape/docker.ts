import { DEFAULT_PORT, type Docker, type RelabelRule, SERVERS_JOB } from './options.js';
import { replacePort, TMP } from './pods.js';

const LABEL = '__meta_docker_container_label';
const PORT = '__tmp_port';

/**
 * Returns the job that scrapes labelled containers. Each is scraped once, no matter how many ports it has.
 */
export function dockerJob({
  job = SERVERS_JOB,
  host = 'unix:///var/run/docker.sock',
  port,
  network,
}: Docker): object {
  return {
    job_name: job,
    docker_sd_configs: [
      {
        host,
        filters: [
          { name: 'label', values: ['prometheus.io/scrape=true'] },
          { name: 'status', values: ['running'] },
        ],
        // By default, only the first network of a container reaches the rules.
        ...(network && { match_first_network: false }),
      },
    ],
    relabel_configs: [...(network ? [reachableBy(network)] : []), ...containerRules(port)],
  };
}

function reachableBy(network: string): RelabelRule {
  return {
    action: 'keep',
    source_labels: ['__meta_docker_network_name'],
    regex: network.replaceAll('.', '\\.'),
  };
}

function containerRules(port = DEFAULT_PORT): RelabelRule[] {
  return [
    { source_labels: [`${LABEL}_prometheus_io_path`], regex: '(.+)', target_label: '__metrics_path__' },
    { target_label: PORT, replacement: String(port) },
    { source_labels: [`${LABEL}_prometheus_io_port`], regex: '([1-9][0-9]{0,4})', target_label: PORT },
    ...replacePort(PORT),
    { source_labels: ['__meta_docker_container_name'], regex: '/?(.+)', target_label: 'container' },
    { source_labels: [`${LABEL}_com_docker_compose_service`], target_label: 'service' },
    { action: 'labeldrop', regex: TMP },
  ];
}
