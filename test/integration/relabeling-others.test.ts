import { beforeAll, describe, expect, it } from 'vitest';
import { dockerJob } from '../../prometheus/scrape/docker.js';
import { NEIGHBOURS, neighbourJob } from '../../prometheus/scrape/neighbours.js';
import type { NeighbourName, RelabelRule } from '../../prometheus/scrape/options.js';
import { relabel, visible } from '../support/relabel.js';

interface Job {
  readonly relabel_configs?: readonly RelabelRule[];
}

const rulesOf = (job: object) => (job as Job).relabel_configs ?? [];

describe.each(['2', '3'] as const)('in Prometheus %s, a container', (generation) => {
  const label = '__meta_docker_container_label_prometheus_io_';
  const container = (name: string, more: Record<string, string> = {}, address = '172.18.0.2:8080') => ({
    name,
    address,
    meta: {
      __meta_docker_container_name: '/app-notes-1',
      __meta_docker_network_name: 'app.default',
      __meta_docker_container_label_com_docker_compose_service: 'notes',
      ...more,
    },
  });
  let found: Awaited<ReturnType<typeof relabel>>;
  beforeAll(async () => {
    found = await relabel(generation, rulesOf(dockerJob({ network: 'app.default' })), [
      container('plain'),
      container('portless', {}, '172.18.0.2'),
      container('port', { [`${label}port`]: '9464' }),
      container('bad port', { [`${label}port`]: 'http' }),
      container('path', { [`${label}path`]: '/internal' }),
      container('six', { [`${label}port`]: '9464' }, '[fd00::2]:80'),
      container('by hand', { __meta_docker_container_label_com_docker_compose_service: '' }),
      container('other network', { __meta_docker_network_name: 'app_default' }),
    ]);
  });

  it('is scraped at the default port of the toolkit, or at the port of its label', () => {
    const addresses = ['plain', 'portless', 'port', 'bad port', 'six'].map(
      (name) => found.get(name)?.__address__,
    );
    expect(addresses).toEqual([
      '172.18.0.2:9090',
      '172.18.0.2:9090',
      '172.18.0.2:9464',
      '172.18.0.2:9090',
      '[fd00::2]:9464',
    ]);
    expect(found.get('path')?.__metrics_path__).toBe('/internal');
  });

  it('is identified by its name and service', () => {
    expect(visible(found.get('plain'))).toEqual({
      job: 'test',
      instance: '172.18.0.2:9090',
      container: 'app-notes-1',
      service: 'notes',
    });
    expect(visible(found.get('by hand'))).not.toHaveProperty('service');
  });

  it('in another network is dropped', () => {
    expect(found.get('other network')).toEqual({});
  });
});

describe('a neighbour in Kubernetes', () => {
  const pod = (name: string, port: number, more: Record<string, string> = {}) => ({
    name,
    address: `10.0.0.7:${port}`,
    meta: {
      __meta_kubernetes_namespace: 'monitoring',
      __meta_kubernetes_pod_name: 'exporter-0',
      __meta_kubernetes_pod_node_name: 'node-1',
      __meta_kubernetes_pod_container_name: 'exporter',
      __meta_kubernetes_pod_container_port_number: String(port),
      __meta_kubernetes_pod_phase: 'Running',
      ...more,
    },
  });

  it.each(Object.keys(NEIGHBOURS) as (keyof typeof NEIGHBOURS)[])(
    'is scraped once at its port: %s',
    async (name) => {
      const { port, honorLabels } = NEIGHBOURS[name];
      const found = await relabel('3', rulesOf(neighbourJob(name, 'kubernetes')), [
        pod('metrics', port),
        pod('another port', port + 1),
        pod('a longer port', Number(`${port}0`)),
        pod('finished', port, { __meta_kubernetes_pod_phase: 'Succeeded' }),
      ]);
      expect([...found].filter(([, labels]) => labels.__address__).map(([kept]) => kept)).toEqual([
        'metrics',
      ]);
      // If the series describe other pods, the pod label of the exporter would fill in for a series without
      // one.
      expect(visible(found.get('metrics')).pod).toBe(honorLabels ? undefined : 'exporter-0');
    },
  );
});

describe('the filter of its metrics', () => {
  const kept = (name: NeighbourName, metric: string) => {
    const job = neighbourJob(name, 'kubernetes') as { metric_relabel_configs?: readonly RelabelRule[] };
    return (job.metric_relabel_configs ?? []).every(({ regex }) => new RegExp(`^(?:${regex})$`).test(metric));
  };

  it.each([
    ['kubeStateMetrics', 'kube_deployment_spec_replicas'],
    ['kubeStateMetrics', 'kube_horizontalpodautoscaler_spec_max_replicas'],
    ['kubeStateMetrics', 'kube_horizontalpodautoscaler_status_current_replicas'],
    ['kubeStateMetrics', 'kube_pod_container_status_restarts_total'],
    ['kubeStateMetrics', 'kube_pod_status_ready'],
    ['kubeStateMetrics', 'kube_cronjob_status_last_successful_time'],
    ['kubeStateMetrics', 'kube_job_failed'],
    ['cadvisor', 'container_memory_working_set_bytes'],
    ['cadvisor', 'container_cpu_cfs_throttled_periods_total'],
    ['redis', 'redis_up'],
  ] as const)('%s keeps %s', (name, metric) => {
    expect(kept(name, metric)).toBe(true);
  });

  it.each([
    ['kubeStateMetrics', 'kube_secret_info'],
    ['kubeStateMetrics', 'kube_pod_container_info'],
    ['kubeStateMetrics', 'kube_pod_labels'],
    ['cadvisor', 'container_tasks_state'],
    ['cadvisor', 'machine_cpu_cores'],
  ] as const)('%s drops %s', (name, metric) => {
    expect(kept(name, metric)).toBe(false);
  });
});
