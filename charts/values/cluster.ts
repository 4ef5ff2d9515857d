import { count, objects, section, text, texts, toggle, type Values, value } from '../value.js';
import { kept } from './kept.js';

const PRIVATE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'];

/** What is around the pods: who reaches them, how many they are, what is kept. */
export const cluster: Values = {
  autoscaling: section('How many pods there are. It goes by open connections, CPU and memory.', {
    engine: text('none', '`keda`, `hpa` (needs prometheus-adapter), or `none`.', {
      enum: ['none', 'keda', 'hpa'],
    }),
    minReplicas: count(3, 0, 'The smallest number of pods. 0 needs `keda` and a `wakeQuery`.'),
    maxReplicas: count(10, 1, 'The largest number of pods.'),
    wakeQuery: text(
      '',
      'For `minReplicas: 0`: PromQL that is above 0 when somebody calls a server that has no pod.',
    ),
    connectionsPerPod: count(100, 1, 'How many `pmcp_active_connections` a pod should have.'),
  }),
  podDisruptionBudget: section('Upgrades of nodes take one pod at a time.', {
    enabled: toggle(true, 'Make a PodDisruptionBudget.'),
  }),
  networkPolicy: section('Nobody reaches the pods but those who are named here.', {
    enabled: toggle(true, 'Make a NetworkPolicy.'),
    from: objects('Who else may call the server, as in `ingress.from` of a NetworkPolicy.'),
    egress: objects(
      'What the server may reach beside DNS and the collector, as in `egress` of a NetworkPolicy.',
    ),
  }),
  tls: section(
    'TLS between the Gateway or Ingress and the pods. The proxy speaks it, or your server, with the files that it gets as `TLS_CERT_FILE` and `TLS_KEY_FILE`.',
    {
      existingSecret: text(
        '',
        'A Secret with `tls.crt`, `tls.key` and `ca.crt`, for the name `NAME.NAMESPACE.svc`. It turns on TLS.',
      ),
      issuer: text('', 'A ClusterIssuer of cert-manager, which then makes this Secret.'),
      caConfigMap: text(
        '',
        'A ConfigMap with `ca.crt`, for a Gateway that takes no authority from a Secret.',
      ),
    },
  ),
  httpRoute: section('A route of the Gateway API. Streams have no time limit.', {
    enabled: toggle(false, 'Make an HTTPRoute.'),
    parentRefs: objects(
      'The Gateways: `[{ name: public, namespace: gateways }]`. Not needed where `gateway` makes one.',
      { required: ['name'] },
    ),
    hostnames: value([], { type: 'array', items: { type: 'string' } }, 'The names of your server.'),
    annotations: texts({}, 'Annotations of the route.'),
  }),
  gateway: section(
    'The Gateway in front of the route, and what it needs so that streams and sessions live.',
    {
      enabled: toggle(false, 'Make a Gateway for the route alone.'),
      className: text('', 'Its GatewayClass.'),
      issuer: text('', 'A ClusterIssuer of cert-manager, which then makes its certificate.'),
      tlsSecret: text('', 'The Secret with its certificate. Default: one that the issuer makes.'),
      implementation: text(
        'other',
        '`envoy` (Envoy Gateway) or `istio`: makes policies for it. They let silent streams live, and keep the sessions of a Gateway of the chart at their pods.',
        { enum: ['envoy', 'istio', 'other'] },
      ),
      namespace: text('envoy-gateway-system', 'For `envoy`: the namespace in which its proxies run.'),
    },
  ),
  ingress: section('An Ingress, where there is no Gateway API.', {
    enabled: toggle(false, 'Make an Ingress.'),
    className: text(
      'nginx',
      'The class of the controller. For `nginx`, streams are not cut and calls not repeated.',
    ),
    namespace: text('ingress-nginx', 'The namespace of the controller. Its pods may reach the server.'),
    host: text('', 'The name of your server.'),
    tlsSecret: text('', 'The Secret with the certificate.'),
    allow: value(
      PRIVATE,
      { type: 'array', items: { type: 'string' } },
      'Addresses of clients, for `nginx`. Default: private networks only.',
    ),
    annotations: texts({}, 'More annotations, for example `cert-manager.io/cluster-issuer`.'),
  }),
  ...kept,
};
