import { join } from 'node:path';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { freePort } from '../../scripts/free-port.js';
import { GREETED, greet, stepsOf } from '../support/examples.js';
import { scrape } from '../support/exposition.js';
import { until } from '../support/until.js';
import { Project } from './project.js';
import { Served } from './served.js';

// Both compile, which takes as long as the machine is busy.
vi.setConfig({ testTimeout: 1_200_000 });

let tarballs: Project;
let project: Project;
let metrics: number;
beforeAll(async () => {
  tarballs = await Project.create();
});
afterAll(() => tarballs.remove());
beforeEach(async () => {
  project = await Project.create(tarballs);
  metrics = await freePort();
});
afterEach(() => project.remove());

/** Copies an example, and runs all steps of its command but the last. @returns the last, which serves */
async function prepare(folder: string): Promise<string[]> {
  await project.copy(join('examples', folder), '.');
  await project.install([]);
  const steps = stepsOf(folder);
  const last = steps.pop() ?? [];
  for (const [program = '', ...args] of steps) await project.run(program, args);
  return last;
}

it('the example nextjs runs with the command of its page, and counts a call', async () => {
  const command = await prepare('nextjs');
  const port = await freePort();
  const env = { PMCP_METRICS_PORT: `${metrics}` };
  const served = await Served.start(project.folder, command, port, 'bare', env);
  try {
    const transport = new StreamableHTTPClientTransport(new URL(`http://127.0.0.1:${port}/mcp`));
    expect(await greet(transport)).toBe('Hello, Ada!');
    await until(async () => (await scrape(metrics)).get(GREETED) === 1);
  } finally {
    await served.stop();
  }
});

it('the example rust-behind-proxy runs with the command of its page, and counts a call', async () => {
  const [command = '', ...args] = await prepare('rust-behind-proxy');
  const env = { PATH: process.env.PATH ?? '', PMCP_METRICS_PORT: `${metrics}` };
  const transport = new StdioClientTransport({ command, args, env, cwd: project.folder, stderr: 'ignore' });
  try {
    expect(await greet(transport)).toContain('Hello, Ada!');
    await until(async () => (await scrape(metrics)).get(GREETED) === 1);
  } finally {
    await transport.close();
  }
});
