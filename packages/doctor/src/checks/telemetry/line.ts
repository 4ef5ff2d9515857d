import type { Check } from '../../check.js';
import { ownLine } from '../../facts/own-line.js';

const COMMON = {
  group: 'telemetry',
  needs: ['url', 'logs'],
  rights:
    'To read the file of `--logs`, or GET of `/loki/api/v1/labels` and `/loki/api/v1/query_range`; and one more call as those of PMCP-D012.',
  severity: 'fail',
} as const;

export const lineArrives: Check = {
  ...COMMON,
  code: 'PMCP-D054',
  title: 'The log line of a call that is made now can be found.',
  why: 'An alert says that calls fail. Which ones, for whom and why is only in the log: without the line the search ends there.',
  cure: 'See first whether the server writes the line: `kubectl logs POD`, `docker compose logs SERVICE`. If not, set `PMCP_LOG=info` and `log.requestsPerSecond` above 0. If it does, what ships the lines (Promtail, Alloy, a collector) does not run, does not read this server, or does not reach the store: its own log says which.',
  after: ['PMCP-D012'],
  async run(context) {
    const { call, line } = await context.get(ownLine);
    if (line !== undefined) return [];
    return [
      {
        found: `the doctor made a call (${call.method}), the server answered it, and ${context.settings.logs} has no line of it`,
      },
    ];
  },
};

/** Fields that dashboards and people filter by. Each logger has its own names for the time and the level. */
const FIELDS = ['mcp.method', 'outcome', 'duration_ms'];

export const lineHasFields: Check = {
  ...COMMON,
  code: 'PMCP-D055',
  title: 'The log line is JSON, with the fields that dashboards read.',
  why: 'A line with something before it, or cut off, is text to whatever reads it: it is found by nobody who looks for a method or an outcome.',
  cure: 'Let lines through as they are: no prefix of a process manager (`--no-color`, `--raw` of `docker compose logs`), a parser for the format of the container runtime (`cri: {}`), and no limit on their length below 16 KB.',
  after: ['PMCP-D054'],
  async run(context) {
    const { call, line = '' } = await context.get(ownLine);
    const fields = parsed(line);
    if (fields === undefined) return [{ found: `the line of the call is no JSON: ${line.slice(0, 120)}` }];
    const missing = FIELDS.filter((name) => !(name in fields));
    // If the traces of the server can be looked up, the line must contain the id of its trace.
    const isTraced = context.settings.traces !== undefined && call.traceId !== undefined;
    if (isTraced && !line.includes(call.traceId)) missing.push('trace_id');
    if (missing.length === 0) return [];
    return [{ found: `the line of the call has no ${missing.join(', ')}` }];
  },
};

function parsed(line: string): object | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
