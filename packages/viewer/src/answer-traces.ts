import type { ServerResponse } from 'node:http';
import { sendError, sendJson } from './answer.js';
import { KINDS, type TraceSource } from './traces.js';

const MOST = 200;
const TRACE_ID = /^[0-9a-f]{1,32}$/;

/** Answers `/traces?kind=slow` with a list of requests, and `/traces/ID` with everything about one. */
export async function answerTraces(
  source: TraceSource | undefined,
  traceId: string,
  parameters: URLSearchParams,
  response: ServerResponse,
): Promise<void> {
  if (!source) {
    sendError(
      response,
      404,
      'not_found',
      'The viewer was given no place to look up requests: name one with --traces',
    );
    return;
  }
  try {
    if (traceId !== '') {
      const trace = TRACE_ID.test(traceId) ? await source.trace(traceId) : undefined;
      if (trace) sendJson(response, trace);
      else sendError(response, 404, 'not_found', `The request ${traceId} is not there, or no longer`);
      return;
    }
    const kind = KINDS.find((one) => one === parameters.get('kind')) ?? 'recent';
    const limit = Number(parameters.get('limit') ?? 50);
    sendJson(
      response,
      await source.list(kind, Number.isInteger(limit) ? Math.min(Math.max(limit, 1), MOST) : MOST),
    );
  } catch (error) {
    sendError(response, 502, 'unreachable', (error as Error).message);
  }
}
