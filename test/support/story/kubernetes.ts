import { kubernetes as autoscaler, containers as limits, scrape } from '../../../alerts/external.js';
import { containers, kubernetes as pods, watchers } from '../../../dashboards/external.js';
import type { Target } from './around.js';
import { between, busy, START, severity } from './chapters.js';
import type { Recorder } from './recorder.js';
import type { Server } from './servers.js';

const MIB = 2 ** 20;

/** Records the kubelet's and kube-state-metrics' series about the pods of servers. */
export function kubernetes(target: Target, servers: readonly Server[]): void {
  const place = ({ labels: { cluster = '', namespace = '', pod } }: Server) => ({ cluster, namespace, pod });
  for (const server of servers) {
    const at = place(server);
    pod(target({ ...at, job: 'kube-state-metrics', instance: 'kube-state-metrics:8080' }), server);
    container(target({ ...at, job: 'cadvisor', instance: 'node-1:10250' }), server);
  }
  for (const { labels } of servers.filter(({ labels: { pod } }) => pod.endsWith('-0'))) {
    const { cluster = '', namespace = '', job } = labels;
    const state = target({
      cluster,
      namespace,
      job: 'kube-state-metrics',
      instance: 'kube-state-metrics:8080',
    });
    const of = { horizontalpodautoscaler: job };
    const wanted = (time: number) => (job === 'notes' && severity(time) > 0.4 ? 8 : 5);
    state.gauge(autoscaler.autoscalerReplicas, of, () => 5);
    state.gauge(pods.autoscalerDesired, of, wanted);
    state.gauge(pods.autoscalerMinimum, of, () => 2);
    state.gauge(autoscaler.autoscalerMaximum, of, () => 10);
  }
}

function pod(recorder: Recorder, server: Server): void {
  const sick = (time: number) => server.troubled && severity(time) > 0.9 && server.labels.pod.endsWith('3');
  recorder.gauge(pods.ready, { condition: 'true' }, (time) => (sick(time) ? 0 : 1));
  const restarts = (time: number) =>
    server.restarts.filter((restart) => restart <= time && restart > START).length;
  recorder.gauge(pods.restarts, { container: 'server' }, restarts);
  recorder.gauge(pods.info, { host_ip: '10.0.0.4' }, () => 1);
}

function container(recorder: Recorder, { load, troubled }: Server): void {
  const of = { container: 'server' };
  const trouble = (time: number) => (troubled ? severity(time) : 0);
  recorder.counter(containers.cpu, of, (time) => (load / 80) * busy(time) * between(1, 3.5, trouble(time)));
  recorder.counter(limits.periods, of, () => 10);
  recorder.counter(limits.throttledPeriods, of, (time) => between(0.1, 6, trouble(time)));
  recorder.gauge(limits.memory, of, (time) => 260 * MIB * between(1, 1.5, trouble(time)), 0.05);
  recorder.gauge(limits.memoryLimit, of, () => 512 * MIB);
}

/** Records the series that Prometheus adds for each scrape. */
export function scrapes(target: Target, targets: readonly Server[]): void {
  for (const { labels, born } of targets) {
    const { pod: _, ...rest } = labels;
    const recorder = target(rest);
    const from = born ?? START;
    recorder.gauge(scrape.up, {}, (time) => (time < from ? undefined : 1));
    recorder.gauge(scrape.duration, {}, (time) => (time < from ? undefined : 0.012), 0.4);
    recorder.gauge(watchers.samples, {}, (time) => (time < from ? undefined : 640));
  }
}
