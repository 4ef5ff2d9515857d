import { PROBED } from '../../prometheus/deployments.js';
import { PROBES_MODULE } from '../../prometheus/scrape/probes.js';
import { port, section, text, texts, toggle, type Values, value } from '../value.js';
import { image, resources } from './container.js';

/** How the server is observed, and who may look. */
export const observed: Values = {
  proxy: section('The proxy, for a server that does not use the toolkit. It runs as a native sidecar.', {
    enabled: toggle(
      false,
      'Put the proxy in front of the server. Then the server must listen on `HOST` only.',
    ),
    image: image('The image of the proxy, built from `examples/kubernetes/sidecar/Dockerfile`.'),
    port: port(8081, 'The port that the proxy listens on.'),
    args: value([], { type: 'array', items: { type: 'string' } }, 'More arguments for `proxy http`.'),
    resources: resources('100m', '128Mi', '256Mi'),
  }),
  injection: section('The toolkit, put into the pods of a Node.js server that does not have it.', {
    enabled: toggle(false, 'Put it there. An init container copies it, and `NODE_OPTIONS` loads it.'),
    image: image('The image with the toolkit, built from `examples/kubernetes/sidecar/Dockerfile`.'),
  }),
  metrics: section('The admin port, with metrics and health.', {
    port: port(9090, 'Its number.'),
    tls: section('Only a client with a certificate can read the metrics.', {
      existingSecret: text('', 'A Secret with `tls.crt`, `tls.key` and `ca.crt`. It turns on mTLS.'),
      issuer: text('', 'A ClusterIssuer of cert-manager, which then makes this Secret.'),
    }),
  }),
  prometheus: section('The Prometheus that scrapes the pods.', {
    namespace: text('monitoring', 'Its namespace. Nobody else can reach the admin port.'),
    serviceAccount: text('prometheus', 'Its service account. It may list the pods of this namespace.'),
    url: text('http://prometheus.monitoring.svc:9090', 'Where KEDA asks it.', { pattern: '^https?://' }),
  }),
  podMonitor: section('A PodMonitor, for the Prometheus Operator.', {
    enabled: toggle(false, 'Use it in place of the annotations `prometheus.io/*`.'),
    labels: texts({}, 'Labels by which the Prometheus selects it: `release: kube-prometheus-stack`.'),
    clientSecret: text(
      '',
      'A Secret with the certificate of Prometheus. Needed where the metrics are over mTLS.',
    ),
  }),
  certificateProbe: section(
    'A Probe, for the Prometheus Operator. The alert about certificates that expire then knows what clients get.',
    {
      enabled: toggle(false, 'Let blackbox_exporter connect to the names of the server.'),
      exporter: text(PROBED.exporter, 'The address of blackbox_exporter.'),
      module: text(PROBES_MODULE, 'Its [module](../../docs/operate.md#tls).'),
      targets: value(
        [],
        { type: 'array', items: { type: 'string', pattern: ':[0-9]+$' } },
        'Addresses such as `notes.example.com:443`. Default: the names of route and Ingress, at port 443.',
      ),
      labels: texts({}, 'Labels by which the Prometheus selects it.'),
    },
  ),
  prometheusRule: section(
    'All alerts and recording rules. They are for all servers: install them once per cluster.',
    {
      enabled: toggle(false, 'Install them, for the Prometheus Operator.'),
      labels: texts({}, 'Labels by which the Prometheus selects them.'),
    },
  ),
  dashboards: section('All dashboards, a ConfigMap each. Install them once per cluster.', {
    enabled: toggle(false, "Install them, for the sidecar of Grafana's chart."),
    labels: texts({ grafana_dashboard: '1' }, 'Labels by which the sidecar finds them.'),
  }),
  audit: section('A volume for the [audit log](../../docs/audit.md). Each pod writes its own file.', {
    enabled: toggle(false, 'Write the audit log.'),
    existingClaim: text(
      '',
      'A claim that exists. Default: the chart makes one, and keeps it when it is uninstalled.',
    ),
    storageClassName: text('', 'Class of the volume. Default: that of the cluster.'),
    accessMode: text('ReadWriteMany', 'Several pods on several nodes write to it.', {
      enum: ['ReadWriteMany', 'ReadWriteOnce'],
    }),
    size: text('10Gi', 'Size of the volume.'),
  }),
};
