/**
 * What it costs a Prometheus with many servers to evaluate every rule, and to answer every panel. Synthetic servers are
 * scraped for some minutes, after a day of history was put in place.
 *
 *     npm run bench:prometheus -- [servers] [tools] [hours of history] [minutes]
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ruleGroups } from '../../alerts/groups.js';
import { ruleFile, yaml } from '../../alerts/output/prometheus.js';
import { freePort } from '../../scripts/free-port.js';
import { Children } from '../../scripts/start/children.js';
import { requireTool } from '../../scripts/tools/index.js';
import { writeHistory } from './history.js';
import { askPanels } from './panels.js';
import { type Evaluated, printEvaluated, printPanels } from './report.js';
import { SyntheticServers } from './synthetic.js';

const [servers = 1_000, tools = 50, hours = 24, minutes = 7] = process.argv.slice(2).map(Number);
const folder = await mkdtemp(join(tmpdir(), 'bench-'));
const children = new Children((message) => process.stderr.write(`${message}\n`));
const synthetic = await SyntheticServers.open(tools);
const address = `127.0.0.1:${await freePort()}`;

try {
  await writeHistory(folder, { servers, tools }, hours);
  await startPrometheus();
  await delay(minutes * 60_000);
  print(`${servers} servers of ${tools} tools, ${await seriesCount()} series, ${hours} h of history\n`);
  printEvaluated(await api<Evaluated>('rules'));
  for (const chosen of ['all', 'one'] as const) {
    printPanels(chosen, await askPanels(`http://${address}`, chosen));
  }
} finally {
  await children.stop();
  synthetic.close();
  await rm(folder, { recursive: true });
}

async function startPrometheus(): Promise<void> {
  const targets = Array.from({ length: servers }, (_, server) => ({
    targets: [synthetic.target],
    labels: { __metrics_path__: `/${server}`, instance: `server-${server}`, namespace: `ns-${server}` },
  }));
  await writeFile(join(folder, 'rules.yaml'), ruleFile(ruleGroups()));
  const config = {
    global: { scrape_interval: '30s', evaluation_interval: '30s' },
    rule_files: ['rules.yaml'],
    scrape_configs: [{ job_name: 'pmcp', static_configs: targets }],
  };
  await writeFile(join(folder, 'prometheus.yaml'), yaml(config));
  const { path } = await requireTool('prometheus');
  const args = [
    `--config.file=${join(folder, 'prometheus.yaml')}`,
    `--storage.tsdb.path=${join(folder, 'data')}`,
    '--storage.tsdb.retention.time=40d',
    `--web.listen-address=${address}`,
  ];
  children.start('Prometheus', path, args, { stdio: ['ignore', 'ignore', 'pipe'] });
}

async function api<T>(path: string): Promise<T> {
  const response = await fetch(`http://${address}/api/v1/${path}`);
  return ((await response.json()) as { data: T }).data;
}

async function seriesCount(): Promise<number> {
  const { headStats } = await api<{ headStats: { numSeries: number } }>('status/tsdb');
  return headStats.numSeries;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
