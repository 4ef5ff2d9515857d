import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { catalog } from '@pmcp/observability/catalog';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { select } from '../../prometheus/promql.js';
import { prometheusConfig } from '../../prometheus/scrape/config.js';
import { Children } from '../../scripts/start/children.js';
import { Prometheus } from '../../scripts/start/prometheus.js';
import { DockerApi } from '../support/docker-api.js';
import { type HttpServer, startHttpServer } from '../support/http-server.js';
import { type StdioServer, startStdioServer } from '../support/stdio.js';
import { until } from '../support/until.js';

const NOBODY = 9;

const docker = new DockerApi();
const children = new Children(() => {});
let folder: string;
let prometheus: Prometheus;
let http: HttpServer;
let stdio: StdioServer[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'discovery-'));
  http = await startHttpServer();
  stdio = await Promise.all([1, 2].map(() => startStdioServer(['test/fixtures/stdio-server.mjs'])));
  docker.containers = containers(new URL(http.admin).port);
  await listTargets({ notes: stdio[0]!.port });
  const config = prometheusConfig({
    interval: '1s',
    timeout: '1s',
    docker: { host: await docker.start(), network: 'app', port: NOBODY, job: 'containers' },
    files: [{ job: 'host', paths: [join(folder, '*.json')] }],
  });
  const need = { kubernetesSd: true } as const;
  prometheus = await Prometheus.startWith(config, children.start.bind(children), { need });
});

afterAll(async () => {
  await children.stop();
  docker.stop();
  http?.child.kill();
  await http?.ended;
  for (const { client } of stdio ?? []) await client.close();
  await rm(folder, { recursive: true });
});

function containers(port: string) {
  const labels = { 'prometheus.io/scrape': 'true', 'prometheus.io/port': port };
  return [
    {
      name: 'app-notes-1',
      labels: { ...labels, 'com.docker.compose.service': 'notes' },
      ports: [8080, Number(port)],
      networks: { app: '127.0.0.1', aardvark: '192.0.2.1' },
    },
    { name: 'app-quiet-1', labels: { 'prometheus.io/scrape': 'true' }, networks: { app: '127.0.0.1' } },
    { name: 'other-1', labels, networks: { other: '192.0.2.2' } },
    { name: 'app-redis-1', ports: [6379], networks: { app: '127.0.0.1' } },
  ];
}

/** Replaces the file as a deployment does, so that Prometheus never reads an incomplete file. */
async function listTargets(ports: Readonly<Record<string, number>>): Promise<void> {
  const groups = Object.entries(ports).map(([service, port]) => ({
    targets: [`127.0.0.1:${port}`],
    labels: { service },
  }));
  await writeFile(join(folder, 'targets.draft'), JSON.stringify(groups));
  await rename(join(folder, 'targets.draft'), join(folder, 'targets.json'));
}

async function targetsOf(job: string): Promise<Record<string, string>[]> {
  const { activeTargets } = await prometheus.api<{ activeTargets: { labels: Record<string, string> }[] }>(
    'targets',
  );
  const targets = activeTargets.map(({ labels }) => labels).filter((labels) => labels.job === job);
  return targets.sort((a, b) => (a.service ?? '').localeCompare(b.service ?? ''));
}

async function untilTargets(job: string, expected: readonly object[]): Promise<void> {
  await expect.poll(() => targetsOf(job)).toEqual(expected);
}

describe('a real Prometheus', () => {
  it('discovers labelled containers of its network, each once, and scrapes them', async () => {
    const { port } = new URL(http.admin);
    await untilTargets('containers', [
      { job: 'containers', instance: `127.0.0.1:${NOBODY}`, container: 'app-quiet-1' },
      { job: 'containers', instance: `127.0.0.1:${port}`, container: 'app-notes-1', service: 'notes' },
    ]);
    const where = { container: 'app-notes-1' } as const;
    await until(async () => (await prometheus.number(String(select(catalog.ready, { where })))) === 1);
  });

  it('scrapes the stdio servers that a file lists, and follows changes of the file', async () => {
    const [notes, files] = stdio.map(({ port }) => `127.0.0.1:${port}`);
    const target = (service: string, instance = '') => ({ job: 'host', instance, service });
    await untilTargets('host', [target('notes', notes)]);
    await listTargets({ notes: stdio[0]!.port, files: stdio[1]!.port });
    await untilTargets('host', [target('files', files), target('notes', notes)]);
    await until(async () => (await prometheus.query('up{job="host"} == 1')).length === 2);
    await listTargets({ files: stdio[1]!.port });
    await untilTargets('host', [target('files', files)]);
  });
});
