import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../scripts/free-port.js';
import { until } from '../support/until.js';
import { Project } from './project.js';
import { Served, type Wiring } from './served.js';
import { visit } from './shopper.js';

const RELOADS = 3;
/** Watchers merge changes that follow each other faster. */
const BETWEEN_CHANGES_MS = 500;
/** Calls in each visit. */
const SUMS = 2;
const ADDED = 'pmcp_requests_total{method="tools/call",name="add",outcome="ok"}';
const CONNECTIONS = 'pmcp_active_connections{transport="streamable_http"}';

interface Reloader {
  readonly title: string;
  readonly command: readonly string[];
}

const reloaders: readonly Reloader[] = [
  { title: 'vite-node --watch', command: ['vite-node', '--watch', 'reloaded.mjs'] },
  { title: "the module runner of Vite's dev server", command: ['node', 'vite-runner.mjs'] },
];
const table = reloaders.flatMap((reloader) =>
  (['observe', 'register'] as const).map((wiring) => ({ ...reloader, wiring })),
);

let project: Project;
let served: Served | undefined;
beforeAll(async () => {
  project = await Project.create();
  await project.copy('test/compat/servers', '.');
  await project.install(['vite@latest', 'vite-node@latest', '@modelcontextprotocol/sdk@1', 'zod@4']);
});
afterAll(() => project.remove());
afterEach(() => served?.stop());

/**
 * Changes the file that creates the toolkit, as a developer does, so that each reload adds a toolkit to the
 * process. It is replaced at once, because a half-written file would be a change too.
 */
async function change(): Promise<void> {
  await delay(BETWEEN_CHANGES_MS);
  const [file, draft] = [join(project.folder, 'wired.mjs'), join(project.folder, 'wired.draft')];
  await writeFile(draft, `${await readFile(file, 'utf8')}// changed\n`);
  await rename(draft, file);
}

describe('a server that is reloaded in the same process after each change, by', () => {
  it.each(table)(
    '$title, wired by $wiring, has one page and continues its counts',
    async ({ command, wiring }) => {
      const port = await freePort();
      const url = new URL(`http://127.0.0.1:${port}/mcp`);
      served = await Served.start(project.folder, command, port, wiring as Wiring);
      const server = served;
      const loads = () => server.output.split('loaded\n').length - 1;
      for (let reload = 0; reload <= RELOADS; reload++) {
        await until(() => loads() === reload + 1, 60_000);
        await visit(url, '2025');
        await until(async () => (await server.scrape()).get(ADDED) === SUMS * (reload + 1), 30_000);
        if (reload < RELOADS) await change();
      }
      await until(async () => (await server.scrape()).get(CONNECTIONS) === 0, 30_000);
      expect(server.output).not.toMatch(/EADDRINUSE|no \/metrics/);
      // Each load created a toolkit, and the first one has the port; the register hook has one for all.
      const joined = server.output.split('which another process or copy of this server has').length - 1;
      expect(joined).toBe(wiring === 'observe' ? RELOADS : 0);
      await server.end('SIGINT');
      await expect(server.scrape()).rejects.toThrow();
    },
  );
});
