import { toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler } from '@modelcontextprotocol/server';
import { createObservability } from '@pmcp/observability';
import { afterEach, describe, expect, it } from 'vitest';
import { parseSamples } from '../../support/exposition.js';
import { ALONE } from '../scenarios/host.js';
import { v2Server } from '../scenarios/v2.js';
import { body, HEADERS, listen } from './requests.js';
import { type Served, serve } from './serve.js';

let served: Served | undefined;
afterEach(() => served?.close());

it('the very first exchange is counted when the toolkit is created with the first server', async () => {
  let toolkit: ReturnType<typeof createObservability> | undefined;
  const handler = createMcpHandler(() => {
    toolkit ??= createObservability(ALONE);
    return toolkit.observe(v2Server());
  });
  served = await serve(toNodeHandler(handler) as never, '/somewhere');
  for (const id of [1, 2, 3]) {
    const headers = { ...HEADERS, 'mcp-method': 'tools/list' };
    const message = JSON.stringify(body('tools/list', {}, id));
    await (await fetch(served.url, { method: 'POST', headers, body: message })).text();
  }
  const exchanges = 'pmcp_http_exchanges_total{http_method="POST",status="200",reason=""}';
  await expect.poll(async () => parseSamples(await toolkit!.registry.metrics()).get(exchanges)).toBe(3);
});

describe.each(['in the factory', 'of the handler'])('observe %s', (where) => {
  it('adds the metrics of streams, refusals and the limit', async () => {
    const { observe, registry } = createObservability(ALONE);
    const isInFactory = where === 'in the factory';
    const made = createMcpHandler(() => (isInFactory ? observe(v2Server()) : v2Server()), {
      maxSubscriptions: 2,
    });
    const handler = isInFactory ? made : observe(made);
    if (isInFactory) observe(v2Server());
    served = await serve(toNodeHandler(handler) as never);
    const { url } = served;
    const samples = async () => parseSamples(await registry.metrics());
    const post = (message: object, headers: object = {}) =>
      fetch(url, { method: 'POST', headers: { ...HEADERS, ...headers }, body: JSON.stringify(message) });

    const streams = [await listen(url, 1), await listen(url, 2)];
    expect(await (await listen(url, 3)).response.text()).toContain('Subscription limit reached');
    await (await post(body('tools/list'), { 'mcp-method': 'tools/call' })).text();
    await (
      await post(body('tools/list'), { 'mcp-method': 'tools/list', 'mcp-protocol-version': '1999-01-01' })
    ).text();

    await expect
      .poll(async () => Object.fromEntries(await samples()))
      .toMatchObject({
        'pmcp_active_connections{transport="streamable_http"}': 2,
        'pmcp_active_subscriptions{kind="tools_list_changed"}': 2,
        'pmcp_silent_subscriptions{kind="tools_list_changed"}': 2,
        pmcp_subscriptions_limit: 2,
        'pmcp_http_exchanges_total{http_method="POST",status="200",reason="limit"}': 1,
        'pmcp_http_exchanges_total{http_method="POST",status="400",reason="header_mismatch"}': 2,
        'pmcp_requests_total{method="subscriptions/listen",name="",outcome="ok"}': 2,
        'pmcp_requests_total{method="subscriptions/listen",name="",outcome="server_error"}': 1,
        'pmcp_errors_total{method="subscriptions/listen",name="",type="limit"}': 1,
      });
    made.notify.toolsChanged();
    await expect
      .poll(async () => Object.fromEntries(await samples()))
      .toMatchObject({
        'pmcp_silent_subscriptions{kind="tools_list_changed"}': 0,
        'pmcp_subscription_notifications_total{kind="tools_list_changed"}': 2,
        'pmcp_notifications_total{direction="sent",method="notifications/tools/list_changed"}': 2,
      });
    for (const stream of streams) stream.leave();
    await expect
      .poll(async () => Object.fromEntries(await samples()))
      .toMatchObject({
        'pmcp_active_connections{transport="streamable_http"}': 0,
        'pmcp_active_subscriptions{kind="tools_list_changed"}': 0,
        'pmcp_subscription_duration_seconds_count{kind="tools_list_changed"}': 2,
        'pmcp_http_exchanges_total{http_method="POST",status="200",reason=""}': 2,
      });
  });
});
