import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Collector } from '../../../scripts/collector/collector.js';
import { officialServer, THROUGH_PROXY } from '../../support/proxy.js';
import { until } from '../../support/until.js';

const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';
const _meta = { traceparent: `00-${TRACE_ID}-00f067aa0ba902b7-01` };

let collector: Collector;
beforeEach(async () => {
  collector = await Collector.start();
});
afterEach(() => collector.stop());

describe('an unchanged server behind the proxy', () => {
  it('has spans that continue the traces of its client, and log lines with their ids', async () => {
    const [command = '', ...args] = [
      ...THROUGH_PROXY,
      process.execPath,
      officialServer('everything'),
      'stdio',
    ];
    const env = {
      PATH: process.env.PATH ?? '',
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_LOGS_EXPORTER: 'otlp',
      OTEL_SERVICE_NAME: 'everything',
      // Soon, for a client kills its server after two seconds, which may be too few on a busy machine.
      OTEL_BSP_SCHEDULE_DELAY: '50',
      OTEL_BLRP_SCHEDULE_DELAY: '50',
    };
    const client = new Client({ name: 'tester', version: '1.0.0' });
    await client.connect(new StdioClientTransport({ command, args, env, stderr: 'ignore' }));
    await client.callTool({ name: 'echo', arguments: { message: 'hi' }, _meta });

    const named = () => collector.spans.find(({ attributes }) => attributes['gen_ai.tool.name'] === 'echo');
    const line = () => collector.logs.find(({ attributes }) => attributes['gen_ai.tool.name'] === 'echo');
    await until(() => named() !== undefined && line() !== undefined);
    expect(named()).toMatchObject({
      name: 'tools/call echo',
      kind: 2,
      traceId: TRACE_ID,
      parentSpanId: '00f067aa0ba902b7',
      attributes: { 'network.transport': 'pipe', 'pmcp.outcome': 'ok' },
      resource: { 'service.name': 'everything' },
    });
    expect(line()?.spanId).toBe(named()?.spanId);
    await client.close();
  });
});
