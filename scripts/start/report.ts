import { clock, columns, duration, percent } from './format.js';
import { type Figures, OUTCOMES } from './queries.js';
import { connections } from './screen.js';

/** Returns the status as one line, for output that is no terminal. */
export function statusLine(figures: Figures, seconds: number, arrived: string): string {
  const { requests, outcomes, p50, p95, p99, inFlight } = figures;
  const failures = OUTCOMES.filter((outcome) => outcome !== 'ok' && outcomes.has(outcome));
  return [
    `${clock(seconds)}  ${requests.toFixed(1)} requests/s`,
    `p50 ${duration(p50)}, p95 ${duration(p95)}, p99 ${duration(p99)}`,
    `${connections(figures)}, ${inFlight} in flight`,
    arrived,
    failures.map((outcome) => `${outcome} ${percent((outcomes.get(outcome) ?? 0) / requests)}`).join(', '),
  ].join('; ');
}

/** Returns the table of the whole run for its end. The clients' own count is given if it can be compared. */
export function finalTable(
  figures: Figures,
  seconds: number,
  clients: ReadonlyMap<string, number> | undefined,
): string[] {
  const { requests, outcomes, tools, p50, p95, p99 } = figures;
  const counted = (count: number | undefined) => (clients ? [String(count ?? 0)] : []);
  const sent = [...(clients?.values() ?? [])].reduce((sum, count) => sum + count, 0);
  return [
    `${requests} requests in ${clock(seconds)}, ${(requests / seconds).toFixed(1)}/s; p50 ${duration(p50)}, p95 ${duration(p95)}, p99 ${duration(p99)}`,
    '',
    columns('outcome', 'requests', 'share', ...(clients ? ['clients saw'] : [])),
    ...OUTCOMES.map((outcome) => {
      const count = outcomes.get(outcome) ?? 0;
      return columns(outcome, String(count), percent(count / requests), ...counted(clients?.get(outcome)));
    }),
    columns('all', String(requests), '', ...counted(sent)),
    '',
    columns('tool', 'calls', 'not ok', 'p95'),
    ...tools.map(({ name, calls, failed, p95 }) => {
      return columns(name, String(calls), percent(failed), duration(p95));
    }),
  ];
}
