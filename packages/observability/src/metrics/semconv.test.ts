import { describe, expect, it } from 'vitest';
import { type Ending, endingOf } from '../protocol/outcome.js';
import { SemconvMetrics } from './semconv.js';

/** The attributes of an operation that ended so. */
function attributesOf(ending: Ending, version = '2025-11-25'): Record<string, string> {
  const metrics = new SemconvMetrics();
  metrics.requestEnded('tools/call', 'echo', ending, version, 'stdio', 0.1);
  const [series = []] = metrics.operation.series;
  return Object.fromEntries(metrics.operation.metric.labels.map((label, i) => [label, series[i] ?? '']));
}

describe("the conventions' operation", () => {
  it.each([
    [{ result: {} }, '', ''],
    [{ result: { isError: true } }, 'tool_error', ''],
    [{ error: { code: 1001 } }, '1001', '1001'],
    [{ error: { code: -32603 } }, '-32603', '-32603'],
    [{ error: { code: -32602 } }, '', '-32602'],
    [{ error: { code: -32042 } }, '-32042', '-32042'],
    [{ error: { code: 'x' } }, '_other', ''],
  ])('that is answered with %j has error.type %j and rpc.response.status_code %j', (answer, type, code) => {
    expect(attributesOf(endingOf(answer))).toMatchObject({
      error_type: type,
      rpc_response_status_code: code,
    });
  });
});
