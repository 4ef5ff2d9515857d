import { PURPOSE, SERVERS, type Strategy } from './strategies.js';

const METHODS: Readonly<Record<Strategy, string>> = {
  'round-robin': 'roundrobin',
  'least-connections': 'leastconn',
  'weighted-random': 'random(1)',
  sessions: 'leastconn',
};

/** HAProxy learns from the answer to \`initialize\` which server has a session. */
const SESSIONS = `  # It learns the server of a session from the answer to initialize. Several HAProxy need \`peers\` to share this table.
  stick-table type string len 128 size 100k expire 1h
  stick match req.hdr(Mcp-Session-Id)
  stick store-response res.hdr(Mcp-Session-Id)
`;

/** Returns a complete configuration of HAProxy 2.6 or newer. */
export function haproxy(strategy: Strategy): string {
  const servers = SERVERS.map(
    ({ name, address, admin, weight }) =>
      `  server ${name} ${address} weight ${weight} check port ${admin}\n`,
  );
  return `# ${PURPOSE[strategy]}
# Generated from scripts/generate/load-balancing by \`npm run generate\`.
defaults
  mode http
  timeout connect 2s
  timeout http-request 10s
  # A stream may be silent for long.
  timeout client 1h
  timeout server 1h
  # Only when the server could not be reached. A call that was sent may have happened: the client decides.
  retry-on conn-failure
  retries 2
  option redispatch 1

frontend mcp
  bind 127.0.0.1:8080
  default_backend mcp

backend mcp
  balance ${METHODS[strategy]}
${strategy === 'sessions' ? SESSIONS : ''}  # A server that is about to end says so, and gets no new requests.
  option httpchk GET /health/ready
  http-check expect status 200
  default-server inter 2s fall 1 rise 1
${servers.join('')}
# For Prometheus: job haproxy, port 8405.
frontend metrics
  bind 127.0.0.1:8405
  http-request use-service prometheus-exporter if { path /metrics }
  http-request deny
`;
}
