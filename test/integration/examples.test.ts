import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { afterEach, describe, expect, it } from 'vitest';
import { freePort } from '../../scripts/free-port.js';
import { scrape } from '../support/exposition.js';
import { until } from '../support/until.js';

const examples = join(import.meta.dirname, '../../examples');
const GREETED = 'pmcp_requests_total{method="tools/call",name="greet",outcome="ok"}';

const started: ChildProcess[] = [];
const client = () => new Client({ name: 'tester', version: '1.0.0' });

afterEach(async () => {
  for (const child of started.splice(0)) {
    child.kill();
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  }
});

/** Returns the command of an example's page as words, without its variables, which the test chooses. */
function commandOf(folder: string): string[] {
  const page = readFileSync(join(examples, folder, 'README.md'), 'utf8');
  const [, line = ''] = /```sh\n(.*)\n```/.exec(page) ?? [];
  return line.split(' ').filter((word) => !/^[A-Z_]+=/.test(word));
}

function run(folder: string, env: NodeJS.ProcessEnv): void {
  const [command = '', ...args] = commandOf(folder);
  const options = { cwd: join(examples, folder), env: { ...process.env, ...env }, stdio: 'ignore' as const };
  started.push(spawn(command, args, options));
}

async function greet(transport: Parameters<Client['connect']>[0]): Promise<void> {
  const one = client();
  await one.connect(transport);
  const { content } = await one.callTool({ name: 'greet', arguments: { name: 'Ada' } });
  expect(content).toEqual([{ type: 'text', text: 'Hello, Ada!' }]);
}

describe('the example', () => {
  it.each(['sdk-v2', 'express-sessions', 'no-code-change', 'cluster'])(
    '%s runs with the command of its page, and counts a call',
    async (folder) => {
      const [port, metrics] = [await freePort(), await freePort()];
      run(folder, { PORT: String(port), PMCP_METRICS_PORT: String(metrics), PMCP_LOG: 'warn' });
      const url = new URL(`http://127.0.0.1:${port}/mcp`);
      await until(() =>
        fetch(url, { method: 'GET' }).then(
          () => true,
          () => false,
        ),
      );
      await greet(new StreamableHTTPClientTransport(url));
      await until(async () => (await scrape(metrics)).get(GREETED) === 1);
    },
  );

  it('stdio-desktop runs with the command of its page and the settings of its file', async () => {
    const file = join(examples, 'stdio-desktop/claude_desktop_config.json');
    const { hello } = JSON.parse(readFileSync(file, 'utf8')).mcpServers;
    const [command = '', ...args] = commandOf('stdio-desktop');
    expect([hello.command, hello.args.length]).toEqual([command, args.length]);
    expect(Object.keys(hello.env)).toEqual(['PMCP_METRICS_PORT']);
    const metrics = await freePort();
    const env = { PATH: process.env.PATH ?? '', PMCP_METRICS_PORT: String(metrics) };
    const cwd = join(examples, 'stdio-desktop');
    const transport = new StdioClientTransport({ command, args, env, cwd, stderr: 'ignore' });
    await greet(transport);
    await until(async () => (await scrape(metrics)).get(GREETED) === 1);
    await transport.close();
  });
});
