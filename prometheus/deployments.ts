import type { CollectorOptions } from './collector.js';
import { type Options, type Probes, SCRAPE_INTERVAL } from './scrape/options.js';

/** The options of a complete Prometheus, beside its targets. */
const complete = {
  ruleFiles: ['/etc/prometheus/rules/*.yaml'],
  alertmanagers: ['alertmanager:9093'],
  exemplars: 100_000,
} satisfies Options;

/** The options for the operator's objects: pods, and a server on another host. */
export const OPERATED = {
  interval: SCRAPE_INTERVAL,
  kubernetes: {},
  targets: [{ job: 'pmcp-host', targets: ['mcp.example.internal:9090'] }],
} as const satisfies Options;

/** What clients of a server get to see, for the operator. */
export const PROBED: Probes = {
  exporter: 'blackbox-exporter.monitoring:9115',
  targets: ['mcp.example.internal:443'],
};

/** Where cert-manager's certificate for Prometheus is mounted, and the name in the servers' certificates. */
const OVER_MTLS = {
  tls: {
    caFile: '/etc/prometheus/scrape/ca.crt',
    certFile: '/etc/prometheus/scrape/tls.crt',
    keyFile: '/etc/prometheus/scrape/tls.key',
    serverName: 'pmcp-metrics',
  },
} as const satisfies Options['servers'];

/** The same as `OPERATED`, for servers that require a client certificate. */
export const OPERATED_OVER_MTLS = { ...OPERATED, servers: OVER_MTLS } as const satisfies Options;

/** A collector in the same network as the backends that it sends to. */
export const COLLECTOR: CollectorOptions = {
  traces: 'tempo:4317',
  logs: 'http://loki:3100/otlp',
  metrics: 'http://prometheus:9090/api/v1/otlp',
  plaintext: true,
};

/** The same, but senders need a certificate, and the collector scrapes the pods instead of a Prometheus. */
export const COLLECTOR_OVER_MTLS: CollectorOptions = {
  ...COLLECTOR,
  tls: {
    certFile: '/etc/otelcol/tls/tls.crt',
    keyFile: '/etc/otelcol/tls/tls.key',
    clientCaFile: '/etc/otelcol/tls/ca.crt',
  },
  scrape: { kubernetes: {}, servers: OVER_MTLS },
};

const inKubernetes = {
  ...complete,
  kubernetes: {},
  neighbours: {
    kubeStateMetrics: 'kubernetes',
    cadvisor: 'kubernetes',
    redis: 'kubernetes',
    postgres: 'kubernetes',
    ingressNginx: 'kubernetes',
    envoyGateway: 'kubernetes',
    istio: 'kubernetes',
    nginxGatewayFabric: 'kubernetes',
    agentgateway: 'kubernetes',
    node: 'kubernetes',
    collector: 'kubernetes',
    prometheus: 'kubernetes',
    alertmanager: 'kubernetes',
  },
} satisfies Options;

/** The shipped configurations by file name. Users start from one of them. */
export const DEPLOYMENTS: Readonly<Record<string, Options>> = {
  kubernetes: inKubernetes,
  'kubernetes-mtls': { ...inKubernetes, servers: OVER_MTLS },
  docker: {
    ...complete,
    interval: '15s',
    otlp: true,
    docker: {},
    neighbours: {
      redis: ['redis-exporter:9121'],
      postgres: ['postgres-exporter:9187'],
      collector: ['otel-collector:8888'],
      prometheus: ['localhost:9090'],
      alertmanager: ['alertmanager:9093'],
    },
  },
  host: {
    ruleFiles: complete.ruleFiles,
    files: [{ job: 'pmcp', paths: ['/etc/prometheus/targets/*.json'] }],
    neighbours: { node: ['localhost:9100'], prometheus: ['localhost:9090'] },
  },
  // A server on this machine uses port 9090. `pmcp-observability assets` writes the rules to this path.
  local: {
    interval: '15s',
    listen: 'localhost:9091',
    ruleFiles: ['../alerts/*-rules.yaml'],
    targets: [{ job: 'pmcp', targets: ['localhost:9090'] }],
  },
  agent: {
    agent: true,
    externalLabels: { cluster: 'main' },
    kubernetes: {},
    neighbours: { kubeStateMetrics: 'kubernetes', cadvisor: 'kubernetes' },
    remoteWrite: [
      {
        name: 'mimir',
        url: 'http://mimir-distributor.mimir.svc:8080/api/v1/push',
        headers: { 'X-Scope-OrgID': 'pmcp' },
        exemplars: true,
        queue: { capacity: 10_000, maxShards: 50, maxSamplesPerSend: 2_000, batchSendDeadline: '5s' },
      },
    ],
  },
};
