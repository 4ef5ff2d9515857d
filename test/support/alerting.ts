import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { alertmanagerConfig } from '../../alerts/alertmanager.js';
import { ruleGroups } from '../../alerts/groups.js';
import type { AlertOptions } from '../../alerts/options.js';
import { ruleFile } from '../../alerts/output/rules.js';
import { toYaml } from '../../prometheus/yaml.js';
import { freePort } from '../../scripts/free-port.js';
import { Children } from '../../scripts/start/children.js';
import { requireTool } from '../../scripts/tools/index.js';
import { Inbox } from './inbox.js';
import { until } from './until.js';

const INTERVAL = '500ms';

/**
 * Excludes Debian's build, which only starts if the package is installed,
 * because it reads its templates from there.
 */
export const ALERTMANAGER = { minVersion: '0.26' } as const;

/** An address, with the labels that discovery would add. */
export interface Target {
  readonly address: string;
  readonly labels?: Readonly<Record<string, string>>;
}

export interface Job {
  readonly name: string;
  readonly targets: readonly Target[];
  readonly path?: string;
  readonly params?: Readonly<Record<string, readonly string[]>>;
  /** Needed for targets that may answer slowly. */
  readonly interval?: string;
}

/** A real Prometheus with the shipped rules, and a real Alertmanager that delivers to an inbox. */
export class Alerting {
  private readonly children = new Children(() => {});
  private alertmanager = '';

  private constructor(
    readonly inbox: Inbox,
    private readonly folder: string,
  ) {}

  static async start(jobs: readonly Job[], options: AlertOptions & { scale: number }): Promise<Alerting> {
    const folder = await mkdtemp(join(tmpdir(), 'alerting-'));
    const alerting = new Alerting(await Inbox.open(), folder);
    alerting.alertmanager = await alerting.startAlertmanager(options.scale);
    await alerting.startPrometheus(jobs, options, alerting.alertmanager);
    return alerting;
  }

  /**
   * Returns the names of inhibited alerts,
   * which Alertmanager does not send because another alert explains them.
   */
  async inhibited(): Promise<string[]> {
    const url = `http://${this.alertmanager}/api/v2/alerts?active=false&silenced=false&inhibited=true`;
    const alerts = (await (await fetch(url)).json()) as { labels: { alertname: string } }[];
    return alerts.map(({ labels }) => labels.alertname);
  }

  async stop(): Promise<void> {
    await this.children.stop();
    await this.inbox.close();
    await rm(this.folder, { recursive: true });
  }

  private async startAlertmanager(scale: number): Promise<string> {
    const url = this.inbox.url;
    const config = alertmanagerConfig({
      receivers: { webhook: { url }, deadMansSwitch: { url } },
      scale,
      templates: [],
    });
    const file = await this.write('alertmanager.yaml', toYaml(config));
    const address = `127.0.0.1:${await freePort()}`;
    await this.run('alertmanager', address, [
      `--config.file=${file}`,
      `--storage.path=${join(this.folder, 'alertmanager')}`,
      '--cluster.listen-address=',
    ]);
    return address;
  }

  private async startPrometheus(
    jobs: readonly Job[],
    options: AlertOptions,
    alertmanager: string,
  ): Promise<void> {
    await this.write('rules.yaml', ruleFile(ruleGroups(options)));
    const file = await this.write(
      'prometheus.yaml',
      toYaml({
        global: { evaluation_interval: INTERVAL },
        rule_files: ['rules.yaml'],
        alerting: { alertmanagers: [{ static_configs: [{ targets: [alertmanager] }] }] },
        scrape_configs: jobs.map(({ name, targets, path = '/metrics', params, interval = INTERVAL }) => ({
          job_name: name,
          metrics_path: path,
          ...(params && { params }),
          scrape_interval: interval,
          scrape_timeout: interval,
          static_configs: targets.map(({ address, labels = {} }) => ({ targets: [address], labels })),
        })),
      }),
    );
    await this.run('prometheus', `127.0.0.1:${await freePort()}`, [
      `--config.file=${file}`,
      `--storage.tsdb.path=${join(this.folder, 'prometheus')}`,
      '--rules.alert.resend-delay=1s',
    ]);
  }

  private async run(
    name: 'prometheus' | 'alertmanager',
    address: string,
    args: readonly string[],
  ): Promise<void> {
    const { path } = await requireTool(name, name === 'alertmanager' ? ALERTMANAGER : undefined);
    this.children.start(name, path, [...args, `--web.listen-address=${address}`], { stdio: 'ignore' });
    const ready = async () => (await fetch(`http://${address}/-/ready`).catch(() => undefined))?.ok ?? false;
    await until(ready);
  }

  private async write(name: string, content: string): Promise<string> {
    const file = join(this.folder, name);
    await writeFile(file, content);
    return file;
  }
}
