/**
 * What is in front of the servers: a Gateway of the Gateway API, or an ingress controller. Each of them counts
 * in its own words. Rules record these under one name, so that alerts and dashboards are written once.
 */
import {
  type Counter,
  counter,
  type Expression,
  gauge,
  type Histogram,
  histogram,
  labelReplace,
  type Matcher,
  matches,
  max,
  quantile,
  rate,
  sum,
  type TargetLabel,
  type Where,
  type Window,
} from './promql.js';

const BASE = ['cluster', 'job'] as const;
const PLACE = [...BASE, 'namespace', 'route'] as const;

/**
 * The requests of each route of an edge, per second. `route` is what leads to a server: an HTTPRoute, an
 * Ingress, a service or a host. `status` is a code (`502`), or its class (`5xx`) where an edge does not know more.
 */
export const edgeRequests = gauge('route:pmcp_edge_requests:rate5m', ['edge', 'route', 'status']);

export const EDGE_QUANTILES = [0.5, 0.95, 0.99] as const;

/** How long the requests of a route take, in seconds, until the first byte or the end of the answer. */
export const edgeSeconds = (fraction: (typeof EDGE_QUANTILES)[number]) =>
  gauge(`route:pmcp_edge_seconds:p${fraction * 100}`, ['edge', 'route', 'until']);

/** A stream that stays open is not slow, but its answer ends late. */
type Until = 'first byte' | 'end';

/** Where the value of a label of ours is found: in which label, and as which group. */
interface Found {
  readonly in: string;
  /** Its only group is the value; the whole label if not given. */
  readonly as?: string;
}

interface Edge {
  /** The value of the label `edge`. */
  readonly edge: string;
  readonly requests: Counter;
  readonly where?: Readonly<Record<string, string | Matcher>>;
  readonly route?: Found;
  /** That of the target if not given: the namespace of its pod, or the one that the exporter tells. */
  readonly namespace?: Found;
  readonly status?: string;
  readonly durations?: { readonly of: Histogram; readonly until: Until; readonly perSecond: number };
}

/** A cluster of Envoy that Envoy Gateway made for a rule of an HTTPRoute. */
const OF_ROUTE = { in: 'envoy_cluster_name', as: 'httproute/[^/]+/([^/]+)/.+' };
const ZONE = 'nginx_zone_name';

/** Their documentation or source is named beside what was recorded of each, in `test/fixtures/scrapes`. */
export const EDGES: readonly Edge[] = [
  {
    edge: 'ingress-nginx',
    requests: counter('nginx_ingress_controller_requests', ['ingress', 'service', 'status']),
    route: { in: 'ingress' },
    status: 'status',
    durations: {
      of: histogram('nginx_ingress_controller_header_duration_seconds', ['ingress', 'service']),
      until: 'first byte',
      perSecond: 1,
    },
  },
  {
    edge: 'envoy-gateway',
    requests: counter('envoy_cluster_upstream_rq', ['envoy_cluster_name', 'envoy_response_code']),
    where: { envoy_cluster_name: matches('httproute/.+') },
    route: OF_ROUTE,
    namespace: { in: 'envoy_cluster_name', as: 'httproute/([^/]+)/.+' },
    status: 'envoy_response_code',
    durations: {
      of: histogram('envoy_cluster_upstream_rq_time', ['envoy_cluster_name']),
      until: 'end',
      perSecond: 1000,
    },
  },
  {
    edge: 'istio',
    requests: counter('istio_requests_total', [
      'reporter',
      'destination_service_namespace',
      'destination_service_name',
      'response_code',
    ]),
    where: { reporter: 'source' },
    route: { in: 'destination_service_name' },
    namespace: { in: 'destination_service_namespace' },
    status: 'response_code',
    durations: {
      of: histogram('istio_request_duration_milliseconds', [
        'reporter',
        'destination_service_namespace',
        'destination_service_name',
      ]),
      until: 'end',
      perSecond: 1000,
    },
  },
  {
    edge: 'agentgateway',
    requests: counter('agentgateway_requests_total', ['route', 'status']),
    where: { route: matches('.+/.+') },
    route: { in: 'route', as: '[^/]+/(.+)' },
    namespace: { in: 'route', as: '([^/]+)/.+' },
    status: 'status',
    durations: {
      of: histogram('agentgateway_request_duration_seconds', ['route']),
      until: 'end',
      perSecond: 1,
    },
  },
  {
    // With NGINX Plus. A zone is a host of the Gateway, whose pods are in the namespace of the Gateway.
    edge: 'nginx-gateway-fabric',
    requests: counter('nginx_http_response_status_responses_total', [
      'nginx_status_range',
      ZONE,
      'nginx_zone_type',
    ]),
    where: { nginx_zone_type: 'SERVER' },
    route: { in: ZONE },
    status: 'nginx_status_range',
  },
  {
    // The open source NGINX counts neither statuses nor hosts.
    edge: 'nginx-gateway-fabric',
    requests: counter('nginx_http_requests_total', ['instance_type', ZONE]),
    where: { instance_type: 'nginx' },
  },
];

interface EdgeRecording {
  readonly record: string;
  readonly expr: Expression<string>;
  readonly labels: Readonly<Record<string, string>>;
}

/** @param where selects the targets that are edges */
export function edgeRecordings(where: Where<TargetLabel>, window: Window): EdgeRecording[] {
  return [...counts(where, window), ...EDGES.flatMap((edge) => timed(edge, where, window))];
}

/** Returns a rule for each edge: two rules with the same name and labels would be one too many. */
function counts(where: Where<TargetLabel>, window: Window): EdgeRecording[] {
  const all = new Map<string, Expression<string>>();
  for (const edge of EDGES) {
    const before = all.get(edge.edge);
    const more = counted(edge, where, window);
    all.set(edge.edge, before ? before.or(more) : more);
  }
  return [...all].map(([edge, expr]) => ({ record: edgeRequests.name, expr, labels: { edge } }));
}

function counted(edge: Edge, where: Where<TargetLabel>, window: Window): Expression<string> {
  const { requests, status } = edge;
  const by = [...sourcesOf(edge), ...(status ? [status] : [])];
  const each = rate(requests, { by, where: { ...where, ...edge.where }, window });
  const found = status && status !== 'status' ? renamed(each, 'status', { in: status }) : each;
  return sum(placed(found, edge), { by: [...PLACE, 'status'] });
}

function timed(edge: Edge, where: Where<TargetLabel>, window: Window): EdgeRecording[] {
  const { durations } = edge;
  if (!durations) return [];
  const { of, until, perSecond } = durations;
  const over = { by: sourcesOf(edge), where: { ...where, ...edge.where }, window };
  return EDGE_QUANTILES.map((fraction) => {
    // Without requests the quantile is NaN, which the comparison leaves out.
    const seconds =
      perSecond === 1 ? quantile(fraction, of, over) : quantile(fraction, of, over).dividedBy(perSecond);
    return {
      record: edgeSeconds(fraction).name,
      expr: max(placed(seconds.gte(0), edge), { by: PLACE }),
      labels: { edge: edge.edge, until },
    };
  });
}

/**
 * Labels of the source. The namespace of an edge is not among them if that of the server is found elsewhere:
 * two edges could then tell of one route.
 */
function sourcesOf({ route, namespace = { in: 'namespace' } }: Edge): string[] {
  return [...new Set([...BASE, namespace.in, ...(route ? [route.in] : [])])];
}

function placed(series: Expression<string>, { route, namespace }: Edge): Expression<string> {
  const inNamespace =
    namespace && namespace.in !== 'namespace' ? renamed(series, 'namespace', namespace) : series;
  return route && (route.in !== 'route' || route.as) ? renamed(inNamespace, 'route', route) : inNamespace;
}

function renamed(series: Expression<string>, label: string, { in: from, as = '(.*)' }: Found) {
  return labelReplace(series, { label, replacement: '$1', from, regex: as });
}
