import { readdirSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { catalog } from '@pmcp/observability/catalog';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { prometheusConfig } from '../../prometheus/scrape/config.js';
import { Children } from '../../scripts/start/children.js';
import { Prometheus } from '../../scripts/start/prometheus.js';
import { type StdioServer, startStdioServer } from '../support/stdio.js';
import { until } from '../support/until.js';

const children = new Children(() => {});
const servers: Announced[] = [];
let root: string;
let folder: string;
let prometheus: Prometheus;

interface Announced extends StdioServer {
  readonly pid: number;
}

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'announce-'));
  folder = join(root, 'targets');
  // Prometheus can't watch a folder that does not exist yet; it would look again after five minutes.
  await mkdir(folder);
  const paths = [join(folder, '*.json')];
  const config = prometheusConfig({ interval: '1s', timeout: '1s', files: [{ job: 'stdio', paths }] });
  prometheus = await Prometheus.startWith(config, children.start.bind(children));
});

afterAll(async () => {
  await children.stop();
  for (const { client } of servers) await client.close();
  await rm(root, { recursive: true, force: true });
});

/** Starts a server that knows the folder, and no port. */
async function start(name: string): Promise<Announced> {
  const server = await startStdioServer(['test/fixtures/stdio-server.mjs'], {
    PMCP_METRICS_PORT: '',
    PMCP_METRICS_FILE_SD_DIR: folder,
    OTEL_SERVICE_NAME: name,
  });
  const { pid } = server.client.transport as unknown as { pid: number };
  servers.push({ ...server, pid });
  return servers.at(-1)!;
}

const entriesOf = ({ pid }: Announced) =>
  readdirSync(folder).filter((name) => name.startsWith(`pmcp-${pid}-`));
const isGone = (server: Announced) => entriesOf(server).length === 0;

interface Target {
  readonly health: string;
  readonly labels: Readonly<Record<string, string>>;
}

async function targets(): Promise<Target['labels'][]> {
  const { activeTargets } = await prometheus.api<{ activeTargets: Target[] }>('targets');
  return activeTargets
    .map(({ health, labels }): Target['labels'] => ({ ...labels, health }))
    .sort((a, b) => (a.service ?? '').localeCompare(b.service ?? ''));
}

async function untilScraped(expected: Readonly<Record<string, Announced>>): Promise<void> {
  const wanted = Object.entries(expected).map(([service, { pid, port }]) => ({
    job: 'stdio',
    instance: `127.0.0.1:${port}`,
    service,
    pid: String(pid),
    health: 'up',
  }));
  await expect.poll(targets).toEqual(wanted);
}

describe('stdio servers on one host', () => {
  it('are discovered and scraped by a Prometheus that knows only a folder, while they start and stop', async () => {
    const files = await start('files');
    await files.client.callTool({ name: 'hello', arguments: {} });
    const notes = await start('notes');
    await untilScraped({ files, notes });
    const calls = `${catalog.requests.name}{method="tools/call",outcome="ok"}`;
    await expect
      .poll(() => prometheus.query(calls))
      .toMatchObject([{ labels: { service: 'files', name: 'hello' }, value: 1 }]);

    await files.client.close();
    await until(() => isGone(files));
    await untilScraped({ notes });

    process.kill(notes.pid, 'SIGTERM');
    await until(() => isGone(notes));
    await untilScraped({});
  });

  it('are removed by the next server if they were killed', async () => {
    const killed = await start('killed');
    const living = await start('living');
    await untilScraped({ killed, living });

    process.kill(killed.pid, 'SIGKILL');
    await until(async () => (await targets()).some(({ health }) => health === 'down'));
    expect(isGone(killed)).toBe(false);

    const next = await start('next');
    await until(() => isGone(killed));
    await untilScraped({ living, next });
  });
});
