import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../scripts/free-port.js';
import { scrape } from '../support/exposition.js';
import { until } from '../support/until.js';
import { Project } from './project.js';
import { visit } from './shopper.js';

const NAMES = ['cakes', 'drinks'] as const;
const CALLED = 'pmcp_requests_total{method="tools/call",name="add",outcome="ok"}';

let project: Project;
let env: NodeJS.ProcessEnv;
const ports = { cakes: { mcp: 0, metrics: 0 }, drinks: { mcp: 0, metrics: 0 } };

/** Two applications in cluster mode, which share the daemon and its stderr. */
beforeAll(async () => {
  project = await Project.create();
  await project.copy('test/compat/servers', '.');
  await project.install([
    'pm2@latest',
    'hono@latest',
    '@hono/node-server@latest',
    '@modelcontextprotocol/sdk@1',
    'zod@4',
  ]);
  for (const name of NAMES) ports[name] = { mcp: await freePort(), metrics: await freePort() };
  const apps = NAMES.map((name) => ({
    name,
    script: 'hono.mjs',
    exec_mode: 'cluster',
    instances: 2,
    env: { PORT: ports[name].mcp, PMCP_METRICS_PORT: ports[name].metrics, WIRED: 'observe' },
  }));
  await project.write('apps.config.cjs', `module.exports = ${JSON.stringify({ apps })};`);
  env = { PM2_HOME: join(project.folder, '.pm2') };
  await project.run('pm2', ['start', 'apps.config.cjs'], env);
});
afterAll(async () => {
  await project.run('pm2', ['kill'], env);
  await project.remove();
});

async function called(name: (typeof NAMES)[number]): Promise<number> {
  const page = await scrape(ports[name].metrics).catch(() => undefined);
  return page?.get(CALLED) ?? 0;
}

async function visited(name: (typeof NAMES)[number]): Promise<void> {
  const url = new URL(`http://127.0.0.1:${ports[name].mcp}/mcp`);
  await until(() =>
    fetch(url).then(
      () => true,
      () => false,
    ),
  );
  await visit(url, '2025');
}

describe('two applications of one PM2', () => {
  it('have their complete lines in their own logs', async () => {
    for (const name of NAMES) await visited(name);
    for (const name of NAMES) await until(async () => (await called(name)) === 2);
    const linesOf = async (name: string) => {
      const logs = join(project.folder, '.pm2/logs');
      const files = (await readdir(logs)).filter((file) => file.startsWith(`${name}-error`));
      const texts = await Promise.all(files.map((file) => readFile(join(logs, file), 'utf8')));
      return texts
        .join('')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Record<string, unknown>);
    };
    const calls = (lines: Record<string, unknown>[]) => lines.filter((line) => line['mcp.name'] === 'add');
    for (const name of NAMES) await until(async () => calls(await linesOf(name)).length === 2);
    const daemon = await readFile(join(project.folder, '.pm2/pm2.log'), 'utf8');
    expect(daemon).not.toContain('"level"');
  });

  it('are reloaded and continue to count, and leave no old process behind', async () => {
    await project.run('pm2', ['reload', 'all'], env);
    for (const name of NAMES) {
      await visited(name);
      await until(async () => (await called(name)) === 4);
    }
    const text = await project.run('pm2', ['jlist'], env);
    const listed = JSON.parse(text.slice(text.indexOf('[{'))) as { readonly pid: number }[];
    expect(listed).toHaveLength(4);
    await until(async () => (await serving()).length === 4);
    expect((await serving()).sort()).toEqual(listed.map(({ pid }) => pid).sort());
  });
});

/** Returns the processes with PM2's title that run in the folder of this test; Linux lists those of all users. */
async function serving(): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const titles = await Promise.all(
    pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')),
  );
  const program = join(project.folder, 'hono.mjs');
  return pids.filter((_, i) => titles[i]?.includes(program)).map(Number);
}
