import { stringify } from 'yaml';
import { PURPOSE, SERVERS, type Strategy } from './strategies.js';

const TYPES = 'type.googleapis.com/envoy.extensions';

const METHODS: Readonly<Record<Strategy, string>> = {
  'round-robin': 'ROUND_ROBIN',
  'least-connections': 'LEAST_REQUEST',
  // It takes no weights.
  'weighted-random': 'RANDOM',
  sessions: 'LEAST_REQUEST',
};

/** Puts the address of the server into the session id that the client gets, and takes it out again. */
const SESSIONS = {
  name: 'envoy.filters.http.stateful_session',
  typed_config: {
    '@type': `${TYPES}.filters.http.stateful_session.v3.StatefulSession`,
    session_state: {
      name: 'envoy.http.stateful_session.envelope',
      typed_config: {
        '@type': `${TYPES}.http.stateful_session.envelope.v3.EnvelopeSessionState`,
        header: { name: 'mcp-session-id' },
      },
    },
  },
};

/** Returns a complete configuration of Envoy 1.35 or newer. */
export function envoy(strategy: Strategy): string {
  const content = {
    // Prometheus reads /stats/prometheus there.
    admin: { address: at('127.0.0.1', 9901) },
    static_resources: { listeners: [listener(strategy)], clusters: [cluster(strategy)] },
  };
  return `# ${PURPOSE[strategy]}
# Generated from scripts/generate/load-balancing by \`npm run generate\`.
${stringify(content)}`;
}

function listener(strategy: Strategy): object {
  const router = {
    name: 'envoy.filters.http.router',
    typed_config: { '@type': `${TYPES}.filters.http.router.v3.Router` },
  };
  return {
    name: 'mcp',
    address: at('127.0.0.1', 8080),
    filter_chains: [
      {
        filters: [
          {
            name: 'envoy.filters.network.http_connection_manager',
            typed_config: {
              '@type': `${TYPES}.filters.network.http_connection_manager.v3.HttpConnectionManager`,
              stat_prefix: 'mcp',
              // A stream may be silent for long.
              stream_idle_timeout: '3600s',
              route_config: { virtual_hosts: [{ name: 'mcp', domains: ['*'], routes: [route()] }] },
              http_filters: [...(strategy === 'sessions' ? [SESSIONS] : []), router],
            },
          },
        ],
      },
    ],
  };
}

function route(): object {
  return {
    match: { prefix: '/' },
    route: {
      cluster: 'mcp',
      // A stream has no end that could be late.
      timeout: '0s',
      // A call that was sent may have happened, so only one that was not is sent again.
      retry_policy: {
        retry_on: 'connect-failure,reset-before-request',
        num_retries: 2,
        // A dead server has the fewest open requests of all, so that it would be chosen again.
        retry_host_predicate: [
          {
            name: 'envoy.retry_host_predicates.previous_hosts',
            typed_config: {
              '@type': `${TYPES}.retry.host.previous_hosts.v3.PreviousHostsPredicate`,
            },
          },
        ],
        host_selection_retry_max_attempts: 5,
      },
    },
  };
}

/**
 * By default, Envoy refuses what exceeds 1024, and a stream that is open counts for as long as it is. It sends no
 * more than three requests again at once, which is too few when a server dies.
 */
const LIMITS = {
  max_connections: 100_000,
  max_pending_requests: 100_000,
  max_requests: 100_000,
  max_retries: 1_024,
};

function cluster(strategy: Strategy): object {
  return {
    name: 'mcp',
    connect_timeout: '2s',
    lb_policy: METHODS[strategy],
    circuit_breakers: { thresholds: [LIMITS] },
    health_checks: [
      {
        timeout: '1s',
        interval: '2s',
        unhealthy_threshold: 1,
        healthy_threshold: 1,
        http_health_check: { path: '/health/ready' },
      },
    ],
    load_assignment: { cluster_name: 'mcp', endpoints: [{ lb_endpoints: SERVERS.map(endpoint) }] },
  };
}

function endpoint({ address, admin, weight }: (typeof SERVERS)[number]): object {
  const { hostname, port } = new URL(`http://${address}`);
  return {
    endpoint: { address: at(hostname, Number(port)), health_check_config: { port_value: admin } },
    load_balancing_weight: weight,
  };
}

function at(address: string, port: number): object {
  return { socket_address: { address, port_value: port } };
}
