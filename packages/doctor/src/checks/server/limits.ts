import { total } from '../../facts/samples.js';
import { pageCheck } from '../page-check.js';

/** The share of a limit above which too little is left. */
const FULL = 0.8;

export const descriptorsAreLeft = pageCheck(
  {
    code: 'PMCP-D016',
    group: 'server',
    title: 'The process has file descriptors left.',
    why: 'Each connection needs one. Without any the server accepts nobody, and can open no file of its tools.',
    cure: 'Raise the limit (`LimitNOFILE=65536` of systemd, `ulimits: { nofile: 65536 }` of Compose), and look for what is opened and never closed.',
    severity: 'fail',
  },
  (samples) => {
    const [open, limit] = [total(samples, 'process_open_fds'), total(samples, 'process_max_fds')];
    if (open === undefined || limit === undefined || open < limit * FULL) return [];
    return [{ found: `the process has ${open} descriptors open of the ${limit} that it may have` }];
  },
);

export const connectionsAreLeft = pageCheck(
  {
    code: 'PMCP-D017',
    group: 'server',
    title: 'The server has room for more connections.',
    why: 'At its limit the server turns clients away.',
    cure: 'Add pods, or raise `connections.limit` if one process can hold more. Look for sessions that nobody ends: docs/servers.md.',
    severity: 'fail',
  },
  (samples) => {
    const limit = total(samples, 'pmcp_connections_limit');
    const active = total(samples, 'pmcp_active_connections') ?? 0;
    if (limit === undefined || active < limit * FULL) return [];
    return [{ found: `${active} connections are open of the ${limit} that there may be` }];
  },
);

/** The number of series that Prometheus scrapes easily. */
const MANY = 20_000;

export const pageIsSmall = pageCheck(
  {
    code: 'PMCP-D019',
    group: 'server',
    title: 'The metrics page has few series.',
    why: 'Each label value that a user can choose makes series that stay. Prometheus slows down, and ends without memory.',
    cure: 'Find the metric with the most lines: `curl -s http://HOST:9090/metrics | grep -v "^#" | cut -d"{" -f1 | sort | uniq -c | sort -n | tail`. Remove the label that names users, sessions or documents.',
    severity: 'warn',
  },
  (samples) => {
    if (samples.length < MANY) return [];
    const counts = new Map<string, number>();
    for (const { name } of samples) counts.set(name, (counts.get(name) ?? 0) + 1);
    const [[name, count] = ['', 0]] = [...counts].sort(([, a], [, b]) => b - a);
    return [{ found: `the page has ${samples.length} samples, ${count} of them of ${name}` }];
  },
);
