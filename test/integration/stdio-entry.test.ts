import { PassThrough } from 'node:stream';
import { McpServer } from '@modelcontextprotocol/server';
import { StdioServerTransport, serveStdio } from '@modelcontextprotocol/server/stdio';
import { createObservability } from '@pmcp/observability';
import { afterEach, expect, it } from 'vitest';
import { parseSamples } from '../support/exposition.js';
import { ALONE } from './scenarios/host.js';

const _meta = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'tester', version: '1.0.0' },
  'io.modelcontextprotocol/clientCapabilities': {},
};

let close: (() => Promise<void>) | undefined;
afterEach(() => close?.());

/** Starts a stdio server inside this process, and returns its client's end of the pipes. */
function serve(maxSubscriptions = 10) {
  const { observe, registry } = createObservability(ALONE);
  const [input, output] = [new PassThrough(), new PassThrough()];
  let server: McpServer | undefined;
  const handle = serveStdio(
    () => {
      server = observe(
        new McpServer(
          { name: 'entry', version: '1.0.0' },
          { capabilities: { tools: { listChanged: true } } },
        ),
      );
      server.registerTool('one', {}, async () => ({ content: [] }));
      return server;
    },
    { transport: new StdioServerTransport(input, output), maxSubscriptions },
  );
  close = () => handle.close();
  const received: Record<string, unknown>[] = [];
  output.on('data', (chunk: Buffer) => {
    for (const line of String(chunk).trim().split('\n')) received.push(JSON.parse(line));
  });
  const send = (message: object) => void input.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  const samples = async () => Object.fromEntries(parseSamples(await registry.metrics()));
  /** Waits until the client has received this many messages, and returns the counts at that time. */
  const after = async (messages: number) => {
    await expect.poll(() => received.length).toBe(messages);
    return samples();
  };
  return { send, after, samples, received, server: () => server, input };
}

const listen = (id: unknown, notifications: object = { toolsListChanged: true }) => ({
  id,
  method: 'subscriptions/listen',
  params: { notifications, _meta },
});
const LISTENED = 'pmcp_requests_total{method="subscriptions/listen",name="",outcome="ok"}';
const ACTIVE = 'pmcp_active_subscriptions{kind="tools_list_changed"}';
const SILENT = 'pmcp_silent_subscriptions{kind="tools_list_changed"}';

it.each(['the first message', 'a later message'])(
  'a stream that opens with %s is counted until it ends',
  async (when) => {
    const { send, after, samples, server } = serve();
    const before = when === 'the first message' ? 0 : 1;
    if (before) send({ id: 1, method: 'tools/list', params: { _meta } });
    await after(before);
    send(listen('s'));
    expect(await after(before + 1)).toMatchObject({
      [LISTENED]: 1,
      [ACTIVE]: 1,
      [SILENT]: 1,
      'pmcp_requests_in_flight{method="subscriptions/listen"}': 0,
      'pmcp_notifications_total{direction="sent",method="notifications/subscriptions/acknowledged"}': 1,
      'pmcp_active_connections{transport="stdio"}': 1,
    });
    server()?.sendToolListChanged();
    expect(await after(before + 2)).toMatchObject({
      [ACTIVE]: 1,
      [SILENT]: 0,
      'pmcp_subscription_notifications_total{kind="tools_list_changed"}': 1,
    });
    send({ method: 'notifications/cancelled', params: { requestId: 's', _meta } });
    await expect.poll(async () => (await samples())[ACTIVE]).toBe(0);
    expect(await samples()).toMatchObject({
      [LISTENED]: 1,
      'pmcp_subscription_duration_seconds_count{kind="tools_list_changed"}': 1,
      'pmcp_notifications_total{direction="received",method="notifications/cancelled"}': 1,
    });
  },
);

it('streams above the limit are refused, however early they come', async () => {
  const { send, after } = serve(1);
  // These pass before a server exists.
  send(listen(1));
  send(listen(2));
  await after(2);
  send({ id: 3, method: 'subscriptions/listen', params: { _meta } });
  const samples = await after(3);
  expect(samples).toMatchObject({ [LISTENED]: 1, [ACTIVE]: 1 });
  expect(samples).toMatchObject({
    'pmcp_requests_total{method="subscriptions/listen",name="",outcome="server_error"}': 2,
    'pmcp_errors_total{method="subscriptions/listen",name="",type="limit"}': 2,
    'pmcp_requests_in_flight{method="subscriptions/listen"}': 0,
  });
});

it('a handshake that comes too late is refused and counted', async () => {
  const { send, after } = serve();
  send({ id: 1, method: 'tools/list', params: { _meta } });
  await after(1);
  const params = {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'old', version: '1' },
  };
  send({ id: 2, method: 'initialize', params });
  const samples = await after(2);
  const counted = Object.keys(samples).filter((key) =>
    key.startsWith('pmcp_requests_total{method="initialize"'),
  );
  expect(counted.map((key) => samples[key]).reduce((sum, count = 0) => sum! + count, 0)).toBe(1);
  expect(samples['pmcp_requests_in_flight{method="initialize"}']).toBe(0);
});

it('streams end with the client', async () => {
  const { send, after, samples, input } = serve();
  send(listen(1));
  send(listen(2));
  expect((await after(2))[ACTIVE]).toBe(2);
  input.end();
  await expect.poll(async () => (await samples())[ACTIVE]).toBe(0);
  expect(await samples()).toMatchObject({ [LISTENED]: 2, 'pmcp_active_connections{transport="stdio"}': 0 });
});

it('streams end with a message at shutdown, and the server answers a listen request of an older client itself', async () => {
  const { send, after, samples } = serve();
  send(listen(1));
  await after(1);
  await close?.();
  expect((await samples())[ACTIVE]).toBe(0);

  const old = serve();
  const params = {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'old', version: '1' },
  };
  old.send({ id: 1, method: 'initialize', params });
  old.send({ id: 2, method: 'subscriptions/listen', params: { notifications: {} } });
  expect(await old.after(2)).toMatchObject({
    'pmcp_requests_total{method="initialize",name="",outcome="ok"}': 1,
    'pmcp_requests_total{method="subscriptions/listen",name="",outcome="client_error"}': 1,
    'pmcp_errors_total{method="subscriptions/listen",name="",type="-32601"}': 1,
  });
});
