/** The programs that can be requested. `Product` has the products that contain them. */
export type ToolName =
  | 'prometheus'
  | 'promtool'
  | 'alertmanager'
  | 'amtool'
  | 'pushgateway'
  | 'redis-server'
  | 'postgres'
  | 'redis_exporter'
  | 'postgres_exporter'
  | 'node_exporter'
  | 'blackbox_exporter'
  | 'chromium'
  | 'victoria-metrics'
  | 'vmalert'
  | 'victoria-logs'
  | 'jaeger'
  | 'thanos'
  | 'cortex'
  | 'helm'
  | 'etcd'
  | 'kube-apiserver'
  | 'kube-controller-manager'
  | 'kubectl'
  | 'prometheus-adapter'
  | 'keda-operator'
  | 'keda-metrics-apiserver';
export type Product =
  | 'prometheus'
  | 'alertmanager'
  | 'pushgateway'
  | 'redis'
  | 'postgresql'
  | 'redis_exporter'
  | 'postgres_exporter'
  | 'node_exporter'
  | 'blackbox_exporter'
  | 'chromium'
  | 'victoriametrics'
  | 'victorialogs'
  | 'jaeger'
  | 'thanos'
  | 'cortex'
  | 'helm'
  | 'etcd'
  | 'kubernetes'
  | 'prometheus-adapter'
  | 'keda';

interface Program {
  readonly product: Product;
  /** The oldest version that can be used. */
  readonly minVersion: string;
  /** The possible names of the executable. */
  readonly files: readonly string[];
}

export const PROGRAMS: Readonly<Record<ToolName, Program>> = {
  prometheus: { product: 'prometheus', minVersion: '2.42', files: ['prometheus'] },
  promtool: { product: 'prometheus', minVersion: '2.42', files: ['promtool'] },
  alertmanager: {
    product: 'alertmanager',
    minVersion: '0.25',
    files: ['alertmanager', 'prometheus-alertmanager'],
  },
  amtool: { product: 'alertmanager', minVersion: '0.25', files: ['amtool'] },
  pushgateway: {
    product: 'pushgateway',
    minVersion: '1.5',
    files: ['pushgateway', 'prometheus-pushgateway'],
  },
  'redis-server': { product: 'redis', minVersion: '6.0', files: ['redis-server'] },
  postgres: { product: 'postgresql', minVersion: '13.0', files: ['postgres'] },
  redis_exporter: {
    product: 'redis_exporter',
    minVersion: '1.45',
    files: ['redis_exporter', 'prometheus-redis-exporter'],
  },
  postgres_exporter: {
    product: 'postgres_exporter',
    minVersion: '0.11',
    files: ['postgres_exporter', 'prometheus-postgres-exporter'],
  },
  node_exporter: {
    product: 'node_exporter',
    minVersion: '1.5',
    files: ['node_exporter', 'prometheus-node-exporter'],
  },
  blackbox_exporter: {
    product: 'blackbox_exporter',
    minVersion: '0.23',
    files: ['blackbox_exporter', 'prometheus-blackbox-exporter'],
  },
  chromium: {
    product: 'chromium',
    minVersion: '120',
    files: ['chromium', 'chromium-browser', 'google-chrome'],
  },
  'victoria-metrics': {
    product: 'victoriametrics',
    minVersion: '1.100',
    files: ['victoria-metrics', 'victoria-metrics-prod'],
  },
  vmalert: { product: 'victoriametrics', minVersion: '1.100', files: ['vmalert', 'vmalert-prod'] },
  'victoria-logs': {
    product: 'victorialogs',
    minVersion: '1.40',
    files: ['victoria-logs', 'victoria-logs-prod'],
  },
  jaeger: { product: 'jaeger', minVersion: '1.60', files: ['jaeger-all-in-one', 'all-in-one'] },
  thanos: { product: 'thanos', minVersion: '0.30', files: ['thanos'] },
  cortex: { product: 'cortex', minVersion: '1.15', files: ['cortex'] },
  helm: { product: 'helm', minVersion: '4.3', files: ['helm'] },
  etcd: { product: 'etcd', minVersion: '3.4', files: ['etcd'] },
  'kube-apiserver': { product: 'kubernetes', minVersion: '1.37', files: ['kube-apiserver'] },
  'kube-controller-manager': {
    product: 'kubernetes',
    minVersion: '1.37',
    files: ['kube-controller-manager'],
  },
  kubectl: { product: 'kubernetes', minVersion: '1.30', files: ['kubectl'] },
  'prometheus-adapter': {
    product: 'prometheus-adapter',
    minVersion: '0.12',
    files: ['prometheus-adapter'],
  },
  'keda-operator': { product: 'keda', minVersion: '2.21', files: ['keda-operator'] },
  'keda-metrics-apiserver': { product: 'keda', minVersion: '2.21', files: ['keda-metrics-apiserver'] },
};

/** What the user can do if every way failed. */
export const BY_HAND: Readonly<Record<Product, string>> = {
  prometheus: 'get it from https://prometheus.io/download/#prometheus',
  alertmanager: 'get it from https://prometheus.io/download/#alertmanager',
  pushgateway: 'get it from https://prometheus.io/download/#pushgateway',
  redis: '`apt-get install redis-server`, or `brew install redis`',
  postgresql: '`apt-get install postgresql`, or `brew install postgresql`',
  redis_exporter: 'get it from https://github.com/oliver006/redis_exporter/releases',
  postgres_exporter: 'get it from https://prometheus.io/download/#postgres_exporter',
  node_exporter: 'get it from https://prometheus.io/download/#node_exporter',
  blackbox_exporter: 'get it from https://prometheus.io/download/#blackbox_exporter',
  victoriametrics: 'get it from https://github.com/VictoriaMetrics/VictoriaMetrics/releases',
  victorialogs: 'get it from https://github.com/VictoriaMetrics/VictoriaLogs/releases',
  thanos: 'get it from https://github.com/thanos-io/thanos/releases',
  cortex: 'get it from https://github.com/cortexproject/cortex/releases',
  jaeger: 'get it from https://github.com/jaegertracing/jaeger/releases',
  helm: 'get it from https://helm.sh/docs/intro/install',
  etcd: '`apt-get install etcd-server`, or get it from https://github.com/etcd-io/etcd/releases',
  kubernetes: 'get it from https://kubernetes.io/releases/download',
  'prometheus-adapter': 'build it from https://github.com/kubernetes-sigs/prometheus-adapter',
  keda: 'build it from https://github.com/kedacore/keda',
  chromium: '`apt-get install chromium`, or `brew install --cask chromium`',
};
