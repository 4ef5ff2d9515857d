import { describe, expect, it } from 'vitest';
import type { TransportKind } from '../mcp/transport-kind.js';
import { type Ending, endingOf, OK } from '../protocol/outcome.js';
import { SemconvMetrics } from './semconv.js';

/** Returns the attributes of an operation with this end. */
function attributesOf(ending: Ending, kind: TransportKind = 'stdio'): Record<string, string> {
  const metrics = new SemconvMetrics();
  metrics.requestEnded('tools/call', 'echo', ending, '2025-11-25', kind, 0.1);
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

  it.each([
    ['stdio', 'pipe', ''],
    ['sse', 'tcp', 'http'],
    ['streamable_http', 'tcp', 'http'],
    ['other', '', ''],
  ] as const)(
    'over %s has network.transport %j and network.protocol.name %j',
    (kind, transport, protocol) => {
      expect(attributesOf(OK, kind)).toMatchObject({
        network_transport: transport,
        network_protocol_name: protocol,
      });
    },
  );
});
