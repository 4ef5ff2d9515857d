import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { scrape } from '../support/exposition.js';
import { connectClient, type HttpServer, startHttpServer } from '../support/http-server.js';
import { type StdioServer, startStdioServer } from '../support/stdio.js';
import { listen } from './http/requests.js';

const REGISTER = ['--import', '@pmcp/observability/register'];

let server: StdioServer | undefined;
let handler: HttpServer | undefined;
afterEach(async () => {
  await server?.client.close();
  handler?.child.kill('SIGKILL');
});

describe('node --import @pmcp/observability/register', () => {
  it.each([
    ['v1.mjs', 'typescript-v1'],
    ['v1.cjs', 'typescript-v1'],
    ['low-level.cjs', 'typescript-v1'],
    ['v2.mjs', 'typescript-v2'],
    ['v2.cjs', 'typescript-v2'],
  ])('observes an unchanged server: %s', async (file, sdk) => {
    server = await startStdioServer([...REGISTER, `test/fixtures/register/${file}`]);
    await server.client.listTools();
    await server.client.callTool({ name: 'hello' });

    const samples = await scrape(server.port);

    expect(samples.get('pmcp_requests_total{method="tools/call",name="hello",outcome="ok"}')).toBe(1);
    expect(samples.get('pmcp_active_connections{transport="stdio"}')).toBe(1);
    expect(samples.get(`pmcp_build_info{server="plain",version="1.2.3",sdk="${sdk}"}`)).toBe(1);
  });

  it.each(['handler.mjs', 'handler.cjs'])(
    'observes an unchanged handler, its streams and its limit: %s',
    async (file) => {
      handler = await startHttpServer({}, {}, [...REGISTER, `test/fixtures/register/${file}`]);
      const client = await connectClient(handler.mcpUrl);
      await client.callTool({ name: 'hello' });
      const stream = await listen(handler.mcpUrl, 1);
      await (await listen(handler.mcpUrl, 2)).response.text();

      const samples = await scrape(Number(new URL(handler.admin).port));

      expect(Object.fromEntries(samples)).toMatchObject({
        'pmcp_requests_total{method="tools/call",name="hello",outcome="ok"}': 1,
        'pmcp_active_connections{transport="streamable_http"}': 1,
        'pmcp_active_subscriptions{kind="tools_list_changed"}': 1,
        'pmcp_http_exchanges_total{http_method="POST",status="200",reason="limit"}': 1,
        pmcp_subscriptions_limit: 1,
      });
      stream.leave();
    },
  );

  it('counts once when the code also calls observe', async () => {
    server = await startStdioServer([...REGISTER, 'test/fixtures/register/observed.mjs']);
    await server.client.callTool({ name: 'hello' });

    const samples = await scrape(server.port);

    expect(samples.get('pmcp_requests_total{method="tools/call",name="hello",outcome="ok"}')).toBe(1);
    expect(samples.get('pmcp_requests_total{method="initialize",name="",outcome="ok"}')).toBe(1);
  });
});

describe('NODE_OPTIONS=--import @pmcp/observability/register', () => {
  it('leaves the port to the process with the server, whatever started it', async () => {
    // A launcher that stays and waits for its child, as npm does.
    const launcher = `
      const { spawn } = require('node:child_process');
      spawn(process.execPath, ['test/fixtures/register/v1.mjs'], { stdio: 'inherit' }).on('exit', () => {});
    `;
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    taken.close();
    await once(taken, 'close');
    server = await startStdioServer(['--eval', launcher], {
      NODE_OPTIONS: REGISTER.join(' '),
      PMCP_METRICS_PORT: String(port),
    });
    await server.client.callTool({ name: 'hello' });
    const samples = await scrape(port);
    expect(samples.get('pmcp_requests_total{method="tools/call",name="hello",outcome="ok"}')).toBe(1);
  });

  it('opens no port in a process without a server', async () => {
    const child = spawn(process.execPath, ['--eval', 'setTimeout(() => {}, 1_000)'], {
      env: { ...process.env, NODE_OPTIONS: REGISTER.join(' '), PMCP_METRICS_PORT: '0' },
    });
    let stderr = '';
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    await once(child, 'close');
    expect(stderr).toBe('');
  });
});
