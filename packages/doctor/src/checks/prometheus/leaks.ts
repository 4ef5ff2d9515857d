import type { Check } from '../../check.js';
import { query } from '../../facts/prometheus.js';
import { prometheusCheck } from './define.js';

/** Hours back. Each moment counts with its minimum of two hours, since what is freed in a quiet moment is no leak. */
const MOMENTS = [0, 8, 16, 22] as const;

/** Returns the query for series that grew from each moment to the next by at least a share, and are above a floor. */
export function growing(metric: string, part: number, floor: number): string {
  const least = MOMENTS.map((hours) => {
    const series = `min_over_time(${metric}[2h]${hours === 0 ? '' : ` offset ${hours}h`})`;
    // A sum would hide a single instance, and would grow with the number of instances.
    return `max without (transport) (${series})`;
  });
  const steps = least.slice(1).map((before, i) => `${least[i]} > ${1 + part} * ${before}`);
  return [`${least[0]} > ${floor}`, ...steps].map((step) => `(${step})`).join(' and ');
}

interface Leak {
  readonly metric: string;
  readonly what: string;
  readonly floor: number;
}

const OPENED: readonly Leak[] = [
  { metric: 'pmcp_active_connections', what: 'connections', floor: 20 },
  { metric: 'pmcp_active_subscriptions', what: 'subscriptions', floor: 20 },
  { metric: 'process_open_fds{job=~"pmcp.*"}', what: 'file descriptors', floor: 100 },
];

const nothingOnlyGrows = prometheusCheck({
  code: 'PMCP-D154',
  title: 'What clients open is closed again.',
  why: 'Sessions, streams or descriptors that nobody closes fill the server up in days: it then refuses everybody at once, at no special moment.',
  cure: 'Look who opens them: `topk(5, sum by (client) (increase(pmcp_connections_total[1d])))`. Let sessions of clients that are gone end (docs/servers.md), and close in `finally` what a tool opens.',
  severity: 'warn',
  async run(context) {
    const found = await Promise.all(
      OPENED.map(async ({ metric, what, floor }) =>
        (await query(context, growing(metric, 0.2, floor))).map(({ labels, value }) => ({
          found: `${labels.instance} has had more ${what} every few hours for a day, and never fewer: ${value} now`,
        })),
      ),
    );
    return found.flat();
  },
});

const MEGABYTE = 1_000_000;

const heapIsFreed = prometheusCheck({
  code: 'PMCP-D155',
  title: 'The heap does not only grow.',
  why: 'If more memory is left after each garbage collection, the server runs out of memory and crashes in the busiest hour.',
  cure: 'Compare two heap snapshots: `node --heapsnapshot-signal=SIGUSR2`, then `kill -USR2 PID` now and in an hour, in the Memory tab of DevTools. docs/profiling.md says more.',
  severity: 'warn',
  async run(context) {
    const found = await query(
      context,
      growing('nodejs_heap_size_used_bytes{job=~"pmcp.*"}', 0.1, 50 * MEGABYTE),
    );
    return found.map(({ labels, value }) => ({
      found: `the heap of ${labels.instance} has grown for a day, also where it was smallest: ${Math.round(value / MEGABYTE)} MB now`,
    }));
  },
});

/** The share of the memory limit that the heap may reach. The rest is for memory outside the heap. */
const MOST = 0.9;

const heapFitsItsContainer = prometheusCheck({
  code: 'PMCP-D153',
  title: 'The heap may not grow beyond the memory of its container.',
  why: 'A heap that may be larger than the container is not collected in time: the kernel kills the process, which leaves no error and no line.',
  cure: 'Start with `NODE_OPTIONS=--max-old-space-size=MB`, three quarters of the memory limit; or raise the limit.',
  severity: 'warn',
  async run(context) {
    const limit = 'max by (namespace, pod) (container_spec_memory_limit_bytes{container!="", pod!=""} > 0)';
    const found = await query(
      context,
      `max by (namespace, pod) (nodejs_heap_size_limit_bytes{pod!=""}) / on (namespace, pod) ${limit} > ${MOST}`,
    );
    return found.map(({ labels, value }) => ({
      found: `the heap of ${labels.pod} may grow to ${Math.round(value * 100)} % of the memory of its container`,
    }));
  },
});

/** The checks for leaks, in the order of their codes. */
export const LEAKS: readonly Check[] = [heapFitsItsContainer, nothingOnlyGrows, heapIsFreed];
