import { createMcpHandler, McpServer } from '@modelcontextprotocol/server';
import { createObservability } from '@pmcp/observability';
import { expect, it } from 'vitest';
import { parseSamples } from '../../support/exposition.js';
import { ALONE } from '../scenarios/host.js';
import { listenRequest } from './requests.js';

const STREAMS = 16_384;
const url = new URL('http://memory/mcp');

const server = () =>
  new McpServer({ name: 'many', version: '1.0.0' }, { capabilities: { tools: { listChanged: true } } });

it('16,384 open streams are counted, with each notification on each of them, and leave nothing behind', async () => {
  const { observe, registry } = createObservability(ALONE);
  const samples = async () => Object.fromEntries(parseSamples(await registry.metrics()));
  const handler = observe(createMcpHandler(server, { maxSubscriptions: STREAMS, keepAliveMs: 0 }));
  const readers: ReadableStreamDefaultReader<Uint8Array>[] = [];
  for (let id = 0; id < STREAMS; id++) {
    const { body } = await handler.fetch(listenRequest(url, id));
    const reader = body!.getReader();
    await reader.read();
    readers.push(reader);
  }
  expect(await (await handler.fetch(listenRequest(url, STREAMS))).text()).toContain('limit reached');
  expect(await samples()).toMatchObject({
    'pmcp_active_connections{transport="streamable_http"}': STREAMS,
    'pmcp_active_subscriptions{kind="tools_list_changed"}': STREAMS,
    'pmcp_silent_subscriptions{kind="tools_list_changed"}': STREAMS,
    pmcp_subscriptions_limit: STREAMS,
  });

  handler.notify.toolsChanged();
  await Promise.all(readers.map((reader) => reader.read()));
  expect(await samples()).toMatchObject({
    'pmcp_silent_subscriptions{kind="tools_list_changed"}': 0,
    'pmcp_subscription_notifications_total{kind="tools_list_changed"}': STREAMS,
  });

  const leaving = readers.splice(STREAMS / 2);
  await Promise.all(leaving.map((reader) => reader.cancel()));
  await handler.close();
  for (const reader of readers) while (!(await reader.read()).done);
  await expect.poll(samples).toMatchObject({
    'pmcp_active_connections{transport="streamable_http"}': 0,
    'pmcp_active_subscriptions{kind="tools_list_changed"}': 0,
    'pmcp_silent_subscriptions{kind="tools_list_changed"}': 0,
    'pmcp_subscription_notifications_total{kind="tools_list_changed"}': STREAMS,
    'pmcp_http_exchanges_total{http_method="POST",status="200",reason=""}': STREAMS,
    'pmcp_http_exchanges_total{http_method="POST",status="200",reason="limit"}': 1,
  });
});
