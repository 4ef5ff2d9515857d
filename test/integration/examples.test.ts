import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { afterEach, describe, expect, it } from 'vitest';
import { freePort } from '../../scripts/free-port.js';
import { diagnosis } from '../support/doctor.js';
import { GREETED, greet, stepsOf } from '../support/examples.js';
import { scrape } from '../support/exposition.js';
import { until } from '../support/until.js';

const examples = join(import.meta.dirname, '../../examples');

const started: ChildProcess[] = [];

afterEach(async () => {
  for (const child of started.splice(0)) {
    child.kill();
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  }
});

function commandOf(folder: string): string[] {
  return stepsOf(folder).flat();
}

function run(folder: string, env: NodeJS.ProcessEnv): void {
  const [command = '', ...args] = commandOf(folder);
  const options = { cwd: join(examples, folder), env: { ...process.env, ...env }, stdio: 'ignore' as const };
  started.push(spawn(command, args, options));
}

describe('the example', () => {
  it.each(['sdk-v2', 'express-sessions', 'no-code-change', 'cluster'])(
    '%s runs with the command of its page, counts a call, and has nothing for the doctor to find',
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
      expect(await greet(new StreamableHTTPClientTransport(url))).toBe('Hello, Ada!');
      await until(async () => (await scrape(metrics)).get(GREETED) === 1);
      expect(await diagnosis({ url, admin: new URL(`http://127.0.0.1:${metrics}`) })).toEqual({});
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
    expect(await greet(transport)).toBe('Hello, Ada!');
    await until(async () => (await scrape(metrics)).get(GREETED) === 1);
    await transport.close();
  });
});
