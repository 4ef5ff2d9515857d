import type { Code } from '../../check.js';

interface Plain {
  readonly reason: string;
  readonly cure?: string;
  readonly follows?: readonly Code[];
}

const LIMIT = /(sample|label|body size|bucket|target)[ _]?\w* ?limit|limit exceeded/i;

/** Tells whether Prometheus got the page but rejected it because of a limit. */
export function isLimit(error: string): boolean {
  return LIMIT.test(error);
}

/** What to do where a page is too large. Of such a page no sample is stored: only the page itself tells. */
export const RAISE_LIMIT =
  'Count the samples of the page: `curl -s ADDRESS | grep -vc "^#"`. Then raise `sample_limit`, `body_size_limit`, `label_limit` or `label_value_length_limit` of the job, and reload.';

const LATE = 'there is no answer in time';

/** For each error of a failed scrape: its pattern, what it means, and how to repair it. */
const MEANINGS: readonly (readonly [RegExp, string, string])[] = [
  [
    /connection refused/,
    'nobody listens there',
    'Correct the port of the target, start the server, and let its admin port listen on an address that others reach: `PMCP_METRICS_HOST=0.0.0.0`.',
  ],
  [
    /no such host|server misbehaving/,
    'the name is not known to DNS',
    'Correct the name of the target; in Kubernetes, `SERVICE.NAMESPACE.svc`.',
  ],
  [
    /certificate|x509|tls:/,
    'TLS fails',
    'Give the job the authority that signed the certificate and the name in it: `tls_config: { ca_file: FILE, server_name: NAME }`.',
  ],
  [
    /server gave HTTP response to HTTPS client/,
    'it speaks HTTP, and is asked for HTTPS',
    'Set `scheme: http` for the job, or the annotation `prometheus.io/scheme: http`.',
  ],
  [
    /status (401|403)/,
    'it wants credentials that the job does not have',
    'Let `authorization.credentials_file` of the job be a file with the token of `PMCP_METRICS_TOKEN_FILE`.',
  ],
  [
    /status (404|405)/,
    'there is no page at this path',
    'Set `metrics_path: /metrics`, or correct the annotation `prometheus.io/path`; a port of the MCP server itself has no metrics page.',
  ],
  [
    /status 421/,
    'the server does not know the name by which it is asked',
    'Add the name to `PMCP_METRICS_ALLOWED_HOSTS`.',
  ],
  [
    /deadline exceeded|timeout/i,
    LATE,
    'A NetworkPolicy or firewall drops the connection, or the server is too busy: try `curl -m 5 ADDRESS` from where Prometheus runs.',
  ],
  [
    /content.?type|media type/i,
    'what it answers is no metrics page by its content type',
    'Scrape the admin port, not a web page; for a server that names no type, set `fallback_scrape_protocol: PrometheusText0.0.4`.',
  ],
  [
    /EOF|connection reset/,
    'it closes the connection',
    'The port speaks another protocol, such as HTTPS: set `scheme: https` for the job.',
  ],
  [
    /expected|invalid|unexpected|parse|unsupported character/i,
    'what it answers is no metrics page',
    'Correct the port or the path: this is the page of something else.',
  ],
];

/** @param address where Prometheus asked */
export function plainly(error: string, address = 'ADDRESS'): Plain {
  const [, meaning, cure] = MEANINGS.find(([pattern]) => pattern.test(error)) ?? [];
  const said = error === '' ? 'Prometheus gives no reason' : error;
  if (isLimit(error)) return { reason: said, cure: RAISE_LIMIT.replace('ADDRESS', address) };
  if (meaning === undefined || cure === undefined) return { reason: said };
  // A process with a blocked event loop answers no scrape in time.
  return {
    reason: `${meaning} (${said})`,
    cure: cure.replace('ADDRESS', address),
    ...(meaning === LATE && { follows: ['PMCP-D018'] }),
  };
}
