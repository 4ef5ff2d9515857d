import { only, POD, type Series, series } from '../case.js';

/** The servers, all of which disappear after a while. */
const servers = only('pmcp_ready', POD, '1x3 stale');

/** What an edge exposes about a route to the servers, or to other software. */
interface Exposes {
  readonly edge: string;
  readonly route: string;
  /** Whether it knows each code, or only its class. */
  readonly codes: boolean;
  readonly requests: (status: string, namespace: string) => string;
  /** One bucket of the durations, up to as many seconds. */
  readonly bucket?: (seconds: string, namespace: string) => string;
}

const ofIngress = (namespace: string) => ({ namespace, ingress: 'notes', service: 'notes' });
const ofIstio = (namespace: string) => ({
  namespace: 'gateways',
  reporter: 'source',
  destination_service_name: 'notes',
  destination_service_namespace: namespace,
});
const ofEnvoy = (namespace: string) => ({
  namespace: 'envoy-gateway-system',
  envoy_cluster_name: `httproute/${namespace}/notes/rule/0`,
});
const ofAgent = (namespace: string) => ({ namespace: 'gateways', route: `${namespace}/notes` });
const inMilliseconds = (seconds: string) => (seconds === '+Inf' ? seconds : String(Number(seconds) * 1000));

/** The implementations, each with the names and labels of its recorded scrape. */
export const EXPOSED: readonly Exposes[] = [
  {
    edge: 'ingress-nginx',
    route: 'notes',
    codes: true,
    requests: (status, at) => series('nginx_ingress_controller_requests', { ...ofIngress(at), status }),
    bucket: (le, at) =>
      series('nginx_ingress_controller_header_duration_seconds_bucket', { ...ofIngress(at), le }),
  },
  {
    edge: 'envoy-gateway',
    route: 'notes',
    codes: true,
    requests: (envoy_response_code, at) =>
      series('envoy_cluster_upstream_rq', { ...ofEnvoy(at), envoy_response_code }),
    bucket: (le, at) =>
      series('envoy_cluster_upstream_rq_time_bucket', { ...ofEnvoy(at), le: inMilliseconds(le) }),
  },
  {
    edge: 'istio',
    route: 'notes',
    codes: true,
    requests: (response_code, at) => series('istio_requests_total', { ...ofIstio(at), response_code }),
    bucket: (le, at) =>
      series('istio_request_duration_milliseconds_bucket', { ...ofIstio(at), le: inMilliseconds(le) }),
  },
  {
    edge: 'agentgateway',
    route: 'notes',
    codes: true,
    requests: (status, at) => series('agentgateway_requests_total', { ...ofAgent(at), status }),
    bucket: (le, at) => series('agentgateway_request_duration_seconds_bucket', { ...ofAgent(at), le }),
  },
  {
    edge: 'nginx-gateway-fabric',
    route: 'notes.example',
    codes: false,
    requests: (status, namespace) =>
      series('nginx_http_response_status_responses_total', {
        namespace,
        nginx_zone_name: 'notes.example',
        nginx_zone_type: 'SERVER',
        nginx_status_range: `${status[0]}xx`,
      }),
  },
];

/** The open source NGINX counts requests only. */
export const WITHOUT_STATUSES = only(
  'nginx_http_requests_total',
  { namespace: POD.namespace, instance_type: 'nginx' },
  '0+10x40',
);

/** Returns the servers, and the requests of an edge by status. */
export function requests(
  of: Exposes,
  counts: Readonly<Record<string, string>>,
  namespace = POD.namespace,
): Series {
  const counted = Object.entries(counts).map(([status, values]) => [of.requests(status, namespace), values]);
  return { ...servers, ...Object.fromEntries(counted) };
}

/** Returns the servers, and the durations of an edge by bucket. Nothing if it does not measure them. */
export function durations(
  { bucket }: Exposes,
  counts: Readonly<Record<string, string>>,
  namespace = POD.namespace,
): Series {
  if (!bucket) return servers;
  const counted = Object.entries(counts).map(([le, values]) => [bucket(le, namespace), values]);
  return { ...servers, ...Object.fromEntries(counted) };
}
