/** What a pod gets so that the proxy stands in front of its server. Every way to put it in is made from this. */
import { env, IMAGE, scraped, securityContext } from './snippet.js';

/** Names the port of the server. Services and policies of the network that name it find the proxy there. */
export const PORT = 'pmcp.github.io/port';
export const DEFAULT_PORT = 'http';

/** Where the server listens, if nothing says otherwise. */
export const UPSTREAM = 'http://127.0.0.1:8080';

export const LISTEN = 8081;
export const METRICS = Number(scraped['prometheus.io/port']);

const probe = (path: 'live' | 'ready') => ({
  httpGet: { path: `/health/${path}`, port: 'pmcp-metrics' },
});

/** A native sidecar: it is there before the server, and ends after it. */
export const proxy = {
  name: 'pmcp-proxy',
  image: IMAGE,
  restartPolicy: 'Always',
  command: ['pmcp-observability', 'proxy', 'http', '--listen', `0.0.0.0:${LISTEN}`],
  ports: [
    { name: DEFAULT_PORT, containerPort: LISTEN },
    { name: 'pmcp-metrics', containerPort: METRICS },
  ],
  env: [
    { name: 'PMCP_UPSTREAM', value: UPSTREAM },
    { name: 'PMCP_METRICS_PORT', value: String(METRICS) },
    // By default, Node 24 and later use up to half of this container's memory for young objects.
    { name: 'NODE_OPTIONS', value: '--max-semi-space-size=4' },
    ...env,
  ],
  startupProbe: { ...probe('live'), periodSeconds: 1, failureThreshold: 30 },
  livenessProbe: { ...probe('live'), periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 3 },
  readinessProbe: { ...probe('ready'), periodSeconds: 5, timeoutSeconds: 5, failureThreshold: 2 },
  resources: {
    requests: { cpu: '100m', memory: '128Mi' },
    limits: { cpu: '1', memory: '256Mi' },
  },
  securityContext,
} as const;

/** Shows Prometheus the port, and whose it is. */
export const scrapedAtProxy = { ...scraped, 'prometheus.io/container': proxy.name } as const;
