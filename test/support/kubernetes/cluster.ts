import type { PodFacts } from './pod.js';

/** A target as Prometheus shows it. */
export interface Target {
  readonly labels: Readonly<Record<string, string>>;
  readonly scrapeUrl: string;
}

/** A port where nothing listens: the historic discard service. */
export const NOBODY = 9;

/** The ports of the servers on 127.0.0.1 and on ::1. */
export interface Ports {
  readonly four: string;
  readonly six: string;
}

/** The annotations of a pod that should be scraped. */
export const scraped = (port: string, more: Record<string, string> = {}) => ({
  'prometheus.io/scrape': 'true',
  'prometheus.io/port': port,
  ...more,
});

/** Returns pods as in the namespaces of a busy cluster. */
export function pods({ four: port, six }: Ports): PodFacts[] {
  const ip = '127.0.0.1';
  return [
    {
      name: 'running',
      ip,
      annotations: scraped(port),
      containers: { server: { http: 8080, metrics: Number(port) } },
    },
    { name: 'six', ip: '::1', annotations: scraped(six) },
    { name: 'six-portless', ip: '::1', annotations: scraped(six), containers: { server: {} } },
    { name: 'portless', ip, annotations: scraped(port), containers: { server: {} } },
    { name: 'other-namespace', namespace: 'tools', ip, annotations: scraped(port) },
    {
      name: 'sidecars',
      ip,
      annotations: scraped(port, { 'prometheus.io/container': 'proxy' }),
      containers: { server: { http: 8080 }, proxy: { metrics: Number(port), in: 8081 }, logs: {} },
      initContainers: { migrate: { debug: 6060 } },
    },
    {
      name: 'native-sidecar',
      ip,
      annotations: scraped(port, { 'prometheus.io/container': 'observability' }),
      containers: { weather: { http: 8080 } },
      initContainers: { observability: { metrics: Number(port) }, migrate: { debug: 6060 } },
    },
    {
      name: 'hostile',
      ip,
      annotations: scraped(port),
      labels: {
        job: 'evil',
        instance: 'evil',
        kubernetes_namespace: 'evil',
        kubernetes_pod_name: 'evil',
        namespace: 'evil',
        pod: 'evil',
        node: 'evil',
        container: 'evil',
        name: 'evil',
        method: 'evil',
        outcome: 'evil',
        le: 'evil',
        '9lives': 'evil',
        tmp_port: '1',
        'app.kubernetes.io/name': 'notes',
        tier: 'a.b-c_D',
        // Kubernetes 1.35 and later sets these on every pod.
        'topology.kubernetes.io/region': 'eu-1',
        'topology.kubernetes.io/zone': 'eu-1a',
      },
    },
    { name: 'path', ip, annotations: scraped(port, { 'prometheus.io/path': '/health/live?x=1' }) },
    { name: 'tls', ip, annotations: scraped(port, { 'prometheus.io/scheme': 'https' }) },
    { name: 'odd-scheme', ip, annotations: scraped(port, { 'prometheus.io/scheme': 'gopher' }) },
    { name: 'odd-port', ip, annotations: scraped('http') },
    { name: 'no-port', ip, annotations: { 'prometheus.io/scrape': 'true' } },
    { name: 'succeeded', ip, phase: 'Succeeded', annotations: scraped(port) },
    { name: 'failed', ip, phase: 'Failed', annotations: scraped(port) },
    { name: 'pending', phase: 'Pending', annotations: scraped(port) },
    { name: 'bare', ip },
    { name: 'unwanted', ip, annotations: scraped(port, { 'prometheus.io/scrape': 'false' }) },
    { name: 'odd-scrape', ip, annotations: scraped(port, { 'prometheus.io/scrape': 'True' }) },
    { name: 'ignored', ip, annotations: scraped(port), labels: { ignored: 'yes' } },
    { name: 'elsewhere', namespace: 'kube-system', ip, annotations: scraped(port) },
    {
      name: 'exporter',
      namespace: 'kube-system',
      ip,
      labels: { 'app.kubernetes.io/name': 'redis-exporter' },
      containers: { redis: { redis: 6379 }, exporter: { metrics: 9121, debug: 9122 } },
    },
  ];
}

/** Returns the target that Prometheus must make of a pod. */
export function target(
  pod: string,
  instance: string,
  { url, labels }: { url?: string; labels?: object } = {},
): Target {
  const place = { namespace: 'default', pod, node: 'node-1', container: 'server', ...labels };
  return {
    labels: {
      job: 'pmcp',
      instance,
      kubernetes_namespace: place.namespace,
      kubernetes_pod_name: pod,
      ...place,
    },
    scrapeUrl: url ?? `http://${instance}/metrics`,
  };
}

/** Returns the exact targets that Prometheus must make of `pods`. */
export function expectedTargets({ four, six }: Ports): Target[] {
  const v4 = `127.0.0.1:${four}`;
  const v6 = `[::1]:${six}`;
  return [
    target('running', v4),
    target('six', v6),
    target('six-portless', v6),
    target('portless', v4),
    target('other-namespace', v4, { labels: { namespace: 'tools' } }),
    target('sidecars', v4, { labels: { container: 'proxy' } }),
    target('native-sidecar', v4, { labels: { container: 'observability' } }),
    target('hostile', v4, {
      labels: { app_kubernetes_io_name: 'notes', tier: 'a.b-c_D', tmp_port: '1' },
    }),
    target('path', v4, { url: `http://${v4}/health/live%3Fx=1` }),
    target('tls', v4, { url: `https://${v4}/metrics` }),
    target('odd-scheme', v4),
    target('odd-port', `127.0.0.1:${NOBODY}`),
    target('no-port', `127.0.0.1:${NOBODY}`),
  ];
}
