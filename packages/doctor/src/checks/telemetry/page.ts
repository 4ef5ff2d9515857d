import { total } from '../../facts/samples.js';
import { pageCheck } from '../page-check.js';

/** The share of all requests above which unknown names are more than a few typing errors. */
const MANY = 0.1;

export const labelsAreKept = pageCheck(
  {
    code: 'PMCP-D050',
    group: 'telemetry',
    title: 'Few label values are folded into `_other`.',
    why: 'Beyond its limit a label tells no tools or clients apart any more: their requests are counted together.',
    cure: 'Raise `metrics.maxNames` or `metrics.maxClients` if there are so many real ones, or find the client that invents names.',
    severity: 'warn',
  },
  (samples) => {
    const requests = total(samples, 'pmcp_requests_total') ?? 0;
    return samples
      .filter(({ name, value }) => name === 'pmcp_label_overflow_total' && value > requests * MANY)
      .map(({ labels, value }) => ({
        found: `${value} values of the label ${labels.label} were folded into _other, in ${requests} requests`,
      }));
  },
);

/** The share of messages above which it is not one line at the start. */
const SOME = 0.05;

export const stdoutHasOnlyMessages = pageCheck(
  {
    code: 'PMCP-D056',
    group: 'telemetry',
    title: 'Server and client of stdio print nothing but messages.',
    why: 'The standard output belongs to the protocol: a client reads each line that the server prints there as a message, and some give up at the first that is none.',
    cure: 'Let the server print and log to the standard error: `print(..., file=sys.stderr)`, `console.error`, a logger with `stream=sys.stderr`. If it prints nothing when it is started by hand with `2>/dev/null`, it is the client or a script between them.',
    severity: 'warn',
  },
  (samples) => {
    const transports = samples.filter(({ name }) => name === 'pmcp_connections_total');
    const unread = total(samples, 'pmcp_errors_total', { type: 'parse' }) ?? 0;
    const requests = total(samples, 'pmcp_requests_total') ?? 0;
    const isStdio = transports.length > 0 && transports.every(({ labels }) => labels.transport === 'stdio');
    if (!isStdio || unread === 0 || unread < requests * SOME) return [];
    return [
      {
        found: `${unread} lines on stdio are no MCP messages, in ${requests} requests: the server prints them, or its client`,
      },
    ];
  },
);

const LOUD = ['debug', 'trace'];

export const logIsQuiet = pageCheck(
  {
    code: 'PMCP-D052',
    group: 'telemetry',
    title: 'The server does not log for a debugger.',
    why: '`debug` and `trace` write many lines for each request: they cost time and money, and hide the lines that matter.',
    cure: 'Set `PMCP_LOG=info`, and start the server again.',
    severity: 'warn',
  },
  (samples) =>
    LOUD.filter((level) => (total(samples, 'pmcp_log_messages_total', { level }) ?? 0) > 0).map((level) => ({
      found: `the server writes lines of level ${level}`,
    })),
);
