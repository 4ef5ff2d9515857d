import { CannotRun, type Check } from '../../check.js';
import type { Context } from '../../context.js';
import { countedCall } from '../../facts/counted.js';
import { authorities, authorization } from '../../facts/secrets.js';
import { ask } from '../../net/ask.js';
import { beside } from '../../net/beside.js';
import { poll } from '../../net/poll.js';

/** The share of the timeout that the check may wait. Spans wait five seconds to be sent together, and the store adds time. */
const PATIENCE = 0.5;
const BETWEEN_MS = 500;

export const spanArrives: Check = {
  code: 'PMCP-D053',
  group: 'telemetry',
  title: 'The span of a call that is made now can be looked up.',
  why: 'A trace is looked for when something is wrong. Then it is too late to find out that none is kept.',
  cure: 'Install `@pmcp/otlp`, set `OTEL_EXPORTER_OTLP_ENDPOINT` to the collector, and see that the collector passes traces on. `pmcp_telemetry_dropped_total` counts what is lost before.',
  needs: ['url', 'traces'],
  rights: 'GET of `/api/traces/ID` where traces are kept, and the calls of PMCP-D012.',
  severity: 'fail',
  after: ['PMCP-D012'],
  async run(context) {
    const { call } = await context.get(countedCall);
    if (call.traceId === undefined)
      throw new CannotRun('the server has no tools: --tool NAME makes a call with a trace');
    if (await isKept(context, call.traceId)) return [];
    const { origin } = context.settings.traces!;
    return [
      {
        found: `a call of ${call.method} with trace ${call.traceId} was answered, and ${origin} does not know it`,
      },
    ];
  },
};

async function isKept(context: Context, traceId: string): Promise<boolean> {
  const url = beside(context.settings.traces!, `api/traces/${traceId}`);
  const look = async () => {
    const { status, body } = await ask(url, {
      headers: authorization(context, 'traces'),
      ca: authorities(context),
      ...context.limits,
    });
    if (status !== 200 && status !== 404)
      throw new CannotRun(`${url.origin} answers ${status} when it is asked for a trace`);
    return status === 200 && spans(body) > 0;
  };
  const forMs = context.settings.timeout * 1_000 * PATIENCE;
  return poll(context.signal, { forMs, everyMs: BETWEEN_MS }, look, (isThere) => isThere);
}

function spans(body: string): number {
  try {
    const { data } = JSON.parse(body) as {
      readonly data?: readonly { readonly spans?: readonly object[] }[];
    };
    return data?.[0]?.spans?.length ?? 0;
  } catch {
    throw new CannotRun('expected JSON of the query API of Jaeger, got something else');
  }
}
