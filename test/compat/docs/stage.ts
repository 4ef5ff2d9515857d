import { generateKeyPairSync } from 'node:crypto';
import { chmod, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Collector } from '../../../scripts/collector/collector.js';
import { freePort } from '../../../scripts/free-port.js';
import { requireTool } from '../../../scripts/tools/index.js';
import { GrafanaStandIn } from '../../integration/publish/stand-in.js';
import { Alertmanager } from '../../support/alertmanager.js';
import { blocksOf } from '../../support/docs/blocks.js';
import { type Pushgateway, startPushgateway } from '../../support/pushgateway.js';
import { until } from '../../support/until.js';
import { Project } from '../project.js';
import { Started } from './started.js';

const PACKAGES = ['otlp', 'observability', 'viewer', 'doctor'];
const TOKEN = 'a-token-of-the-reader-which-is-long-enough';

/** What stands for the programs of others that the pages name. A backup needs a database that runs. */
const PROGRAMS = {
  'notes-server': `#!/usr/bin/env node\nimport('./stdio.mjs');\n`,
  'node_modules/.bin/pg_dump': '#!/bin/sh\necho dumped >"$2"\n',
};

/** The least that Alertmanager starts with. */
const ALERTS = { route: { receiver: 'nobody' }, receivers: [{ name: 'nobody' }] };

/** A folder of a reader, with our packages as they are published, and the programs around a server that runs. */
export class Stage {
  private readonly started: Started[] = [];
  private constructor(
    readonly project: Project,
    private readonly collector: Collector,
    private readonly grafana: GrafanaStandIn,
    private readonly pushgateway: Pushgateway,
    private readonly alertmanager: Alertmanager,
    /** Addresses on the pages, and what is there instead. */
    private readonly replaced: Readonly<Record<string, string>>,
  ) {}

  static async start(): Promise<Stage> {
    const project = await Project.create();
    await project.installAll(PACKAGES, [
      '@modelcontextprotocol/server',
      '@modelcontextprotocol/node',
      'zod@4',
      'pprof-format',
    ]);
    await write(project);
    // One after the other, since each may have to be built or downloaded first.
    const collector = await Collector.start();
    const pushgateway = await startPushgateway();
    const alertmanager = await Alertmanager.start(ALERTS);
    const grafana = new GrafanaStandIn('resources');
    const [mcp, admin, guarded, prometheus] = await Promise.all([
      freePort(),
      freePort(),
      freePort(),
      freePort(),
    ]);
    const stage = new Stage(project, collector, grafana, pushgateway, alertmanager, {
      'https://mcp.example.com/mcp': `http://127.0.0.1:${mcp}/mcp`,
      'http://127.0.0.1:PORT/mcp': `http://127.0.0.1:${mcp}/mcp`,
      '--admin http://127.0.0.1:PORT': `--admin http://127.0.0.1:${admin}`,
      '--prometheus http://127.0.0.1:PORT': `--prometheus http://127.0.0.1:${prometheus}`,
      '--prometheus http://localhost:9090': `--prometheus http://127.0.0.1:${prometheus}`,
      '--prometheus http://localhost:9091': `--prometheus http://127.0.0.1:${prometheus}`,
      'profile http://localhost:9090': `profile http://localhost:${guarded}`,
      '--seconds 30': '--seconds 1',
      'http://localhost:9093': alertmanager.url,
      'https://grafana.example.com': (await grafana.start()).href,
      'http://pushgateway:9091': pushgateway.url,
      'http://127.0.0.1:8080': `http://127.0.0.1:${mcp}`,
      'http://localhost:4317': collector.url,
      'audit.jsonl.000000081234 audit.jsonl': 'var/log/pmcp/audit.jsonl',
      '-F audit.jsonl': '-F var/log/pmcp/audit.jsonl',
      'GRAFANA_TOKEN=…': 'GRAFANA_TOKEN=secret',
    });
    await stage.serve(mcp, admin, {});
    await stage.serve(await freePort(), guarded, {
      PMCP_METRICS_TOKEN_FILE: 'token',
      PMCP_METRICS_PROFILING: 'true',
    });
    await stage.watch(prometheus, admin);
    return stage;
  }

  /** Returns a line of a page with the addresses and folders of the stage. */
  async here(line: string): Promise<string> {
    let text = line.replaceAll('https://grafana.example ', 'https://grafana.example.com ');
    for (const [there, here] of Object.entries(this.replaced)) text = text.replaceAll(there, here);
    text = text.replace(/--listen \S+/, `--listen 127.0.0.1:${await freePort()}`);
    return text.replaceAll(/(?<=[ =])\/(?=(?:var|run|etc|backup)\b)/g, `${this.project.folder}/`);
  }

  /** Starts a command of a page, on ports of its own. */
  async run(line: string, more: NodeJS.ProcessEnv = {}): Promise<Started> {
    const env = { PORT: `${await freePort()}`, PMCP_METRICS_PORT: `${await freePort()}`, ...more };
    const own = line.replaceAll(/(?:PMCP_METRICS_PORT=|--metrics-port )9464/g, '');
    const viewer = /viewer --prometheus/.test(own) ? ' --port 0' : '';
    return Started.of(this.project.folder, `${await this.here(own)}${viewer}`, env);
  }

  /** Removes a folder, for a command that a reader runs instead of an earlier one. */
  forget(folder: string): Promise<void> {
    return rm(join(this.project.folder, folder), { recursive: true, force: true });
  }

  async stop(): Promise<void> {
    await Promise.all(this.started.map((started) => started.stop()));
    this.collector.stop();
    this.grafana.stop();
    await Promise.all([this.pushgateway.stop(), this.alertmanager.stop()]);
    await this.project.remove();
  }

  private async serve(port: number, metrics: number, env: NodeJS.ProcessEnv): Promise<void> {
    const ports = { PORT: `${port}`, PMCP_METRICS_PORT: `${metrics}` };
    this.started.push(Started.of(this.project.folder, 'node server.js', { ...ports, ...env }));
    await until(() => answers(`http://127.0.0.1:${metrics}/health/live`), 60_000);
  }

  /** Starts a Prometheus that scrapes the server. */
  private async watch(port: number, metrics: number): Promise<void> {
    const { path } = await requireTool('prometheus');
    await this.project.write(
      'prometheus.yml',
      `scrape_configs: [{ job_name: pmcp, scrape_interval: 1s, static_configs: [{ targets: ['localhost:${metrics}'] }] }]\n`,
    );
    const line = `${path} --config.file=prometheus.yml --storage.tsdb.path=tsdb --web.listen-address=127.0.0.1:${port}`;
    this.started.push(Started.of(this.project.folder, line, {}));
    await until(() => answers(`http://127.0.0.1:${port}/-/ready`), 60_000);
  }
}

/** Writes what the reader has: servers, a token, keys, options and manifests. */
async function write(project: Project): Promise<void> {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const files = {
    token: TOKEN,
    'viewer.token': TOKEN,
    'public.pem': publicKey.export({ type: 'spki', format: 'pem' }),
    'private.pem': privateKey.export({ type: 'pkcs8', format: 'pem' }),
    'etc/pmcp/token': TOKEN,
    'alerts.json': blocksOf('docs/alerts.md').find(({ language }) => language === 'json')?.text ?? '',
    ...PROGRAMS,
  };
  for (const [file, text] of Object.entries(files)) await project.write(file, String(text));
  for (const program of Object.keys(PROGRAMS)) await chmod(join(project.folder, program), 0o755);
  for (const file of ['token', 'viewer.token', 'etc/pmcp/token'])
    await chmod(join(project.folder, file), 0o600);
  const folders = ['backup', 'run/pmcp', 'var/lib/node_exporter', 'var/lib/pmcp/profiles', 'var/log/pmcp'];
  for (const folder of folders) await mkdir(join(project.folder, folder), { recursive: true });
  await project.copy('examples/sdk-v2/server.mjs', 'server.mjs');
  await project.write('server.js', `import('./server.mjs');\n`);
  await project.copy('examples/stdio-desktop/server.mjs', 'stdio.mjs');
  await project.copy('examples/python-server/server.py', 'server.py');
  await project.copy('examples/kubernetes/base', 'deploy');
}

async function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    ({ ok }) => ok,
    () => false,
  );
}
