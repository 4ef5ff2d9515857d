import { createObservability } from '@pmcp/observability';
import { describe, expect, it } from 'vitest';
import { parseSamples } from '../../support/exposition.js';
import type { Host } from '../scenarios/host.js';
import { hosts } from '../scenarios/hosts.js';

const host = hosts.find(({ title }) => title === 'v1 over SSE') as Host;

describe('the metrics of the OpenTelemetry conventions', () => {
  it('contain operations and sessions if they are enabled', async () => {
    const running = await host.open({ metrics: { port: false, runtime: false, semconv: true } });
    const peer = await running.connect();
    await peer.request('tools/call', { name: 'echo', arguments: { text: 'hi' } });
    await peer.request('tools/call', { name: 'throws' });
    await peer.request('invented/method').catch(() => {});
    await peer.leave();
    const counts = async () =>
      Object.fromEntries(
        [...(await running.metrics())].filter(([key]) => /^mcp_server_\w+_seconds_count/.test(key)),
      );
    const operation = (labels: string) => `mcp_server_operation_duration_seconds_count{${labels}}`;
    const named = (method: string, tool: string, kind: string, error: string, code: string) =>
      operation(
        `mcp_method_name="${method}",gen_ai_tool_name="${tool}",gen_ai_prompt_name="",gen_ai_operation_name="${kind}",` +
          `error_type="${error}",rpc_response_status_code="${code}",mcp_protocol_version="2025-11-25",network_transport="tcp",network_protocol_name="http"`,
      );
    await expect.poll(counts).toEqual({
      [named('initialize', '', '', '', '')]: 1,
      [named('tools/call', 'echo', 'execute_tool', '', '')]: 1,
      [named('tools/call', 'throws', 'execute_tool', 'tool_error', '')]: 1,
      [named('_other', '', '', '', '-32601')]: 1,
      'mcp_server_session_duration_seconds_count{mcp_protocol_version="2025-11-25",network_transport="tcp",network_protocol_name="http"}': 1,
    });
    await running.close();
  });

  it('are absent by default', async () => {
    const { registry } = createObservability({ metrics: { port: false }, shutdown: { onSigterm: false } });
    const names = [...parseSamples(await registry.metrics()).keys()];
    expect(names.filter((name) => name.startsWith('mcp_'))).toEqual([]);
  });
});
