import { afterEach, describe, expect, it } from 'vitest';
import { scrape } from '../support/exposition.js';
import { type StdioServer, startStdioServer } from '../support/stdio.js';

const REGISTER = ['--import', '@pmcp/observability/register'];

let server: StdioServer | undefined;
afterEach(() => server?.client.close());

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

  it('counts once when the code calls observe as well', async () => {
    server = await startStdioServer([...REGISTER, 'test/fixtures/register/observed.mjs']);
    await server.client.callTool({ name: 'hello' });

    const samples = await scrape(server.port);

    expect(samples.get('pmcp_requests_total{method="tools/call",name="hello",outcome="ok"}')).toBe(1);
    expect(samples.get('pmcp_requests_total{method="initialize",name="",outcome="ok"}')).toBe(1);
  });
});
