import { type Series, series } from '../case.js';

/** A history without faults. At no minute may any alert except the Watchdog fire. */
export interface Calm {
  readonly what: string;
  readonly series: Series;
  readonly minutes: number;
}

interface Pod {
  readonly name: string;
  readonly address: string;
  readonly server?: string;
  readonly version?: string;
  readonly namespace?: string;
}

/** When a pod starts, how long it runs, and its requests per minute. */
interface Life {
  readonly from: number;
  readonly minutes: number;
  /** Minutes until it is ready. */
  readonly starts?: number;
  readonly requests?: string;
}

/** Returns everything that a server exposes, from its first scrape to its last. */
export function life(pod: Pod, { from, minutes, starts = 0, requests }: Life): Series {
  const { name, address, server = 'notes', version = '1.0.0', namespace = 'shop' } = pod;
  const target = { namespace, job: 'pmcp', app_kubernetes_io_name: server, instance: address, pod: name };
  const call = { ...target, method: 'tools/call', name: 'search' };
  const listening = { ...target, method: 'subscriptions/listen', name: '' };
  const unauthorised = { ...target, http_method: 'POST', status: '401' };
  const over = (values: string) => `${from > 0 ? `_x${from} ` : ''}${values} stale`;
  const always = (value: number) => over(`${value}x${minutes - 1}`);
  const asked = over(requests ?? `0+60x${minutes - 1}`);
  return {
    [series('up', target)]: always(1),
    [series('pmcp_ready', target)]: over(
      starts > 0 ? `0x${starts} 1x${minutes - starts - 2}` : `1x${minutes - 1}`,
    ),
    [series('pmcp_build_info', { ...target, server, version, sdk: 'v2' })]: always(1),
    [series('pmcp_tool_definitions_info', { ...target, fingerprint: version })]: always(1),
    [series('pmcp_active_connections', { ...target, transport: 'streamable_http' })]: always(3),
    [series('process_start_time_seconds', target)]: always(from * 60),
    [series('pmcp_requests_in_flight', { ...target, method: 'tools/call' })]: always(0),
    [series('pmcp_requests_total', { ...call, outcome: 'ok' })]: asked,
    // A client without a token is refused, gets one, and opens a stream.
    [series('pmcp_http_exchanges_total', { ...target, http_method: 'POST', status: '200', reason: '' })]:
      asked,
    [series('pmcp_http_exchanges_total', { ...unauthorised, reason: 'unauthorized' })]: over(
      `3x${minutes - 1}`,
    ),
    [series('pmcp_active_subscriptions', { ...target, kind: 'tools_list_changed' })]: always(3),
    [series('pmcp_silent_subscriptions', { ...target, kind: 'tools_list_changed' })]: always(3),
    [series('pmcp_subscriptions_limit', target)]: always(1000),
    [series('pmcp_requests_total', { ...listening, outcome: 'ok' })]: always(3),
    [series('pmcp_requests_total', { ...listening, outcome: 'server_error' })]: always(0),
    // Most lines and traces are dropped, as the settings demand.
    [series('pmcp_telemetry_dropped_total', { ...target, signal: 'logs', reason: 'sampled' })]: asked,
    [series('pmcp_telemetry_dropped_total', { ...target, signal: 'traces', reason: 'sampled' })]: asked,
    ...Object.fromEntries(
      ['5', '10', '+Inf'].map((le) => [
        series('pmcp_request_duration_seconds_bucket', { ...call, le }),
        asked,
      ]),
    ),
  };
}

/** Returns the desired number of pods for each Deployment of the namespace. */
export function wanted(of: Readonly<Record<string, string>>, namespace = 'shop'): Series {
  return Object.fromEntries(
    Object.entries(of).map(([deployment, values]) => [
      series('kube_deployment_spec_replicas', { namespace, deployment }),
      values,
    ]),
  );
}

/** Returns a pod of a Deployment. */
export const pod = (deployment: string, number: number, more: Partial<Pod> = {}): Pod => ({
  name: `${deployment}-6d4cf56db6-abcd${number}`,
  address: `10.0.0.${number}:9090`,
  ...more,
});
