import { mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ruleGroups } from '../../../alerts/groups.js';
import { ruleFile } from '../../../alerts/output/rules.js';
import { prometheusConfig } from '../../../prometheus/scrape/config.js';
import { freePort } from '../../../scripts/free-port.js';
import { Children } from '../../../scripts/start/children.js';
import { Load } from '../../../scripts/start/load.js';
import { Prometheus } from '../../../scripts/start/prometheus.js';
import { requireTool } from '../../../scripts/tools/index.js';
import { ofGeneration } from '../../support/generation.js';
import { type NotesServer, startNotes } from '../../support/notes-server.js';
import { CALM, startedAlertmanager } from '../../support/started-alertmanager.js';
import { until } from '../../support/until.js';
import { openVictoriaMetrics } from '../stores.js';

/** A window of 5 minutes lasts 15 seconds, and so does the delay of most alerts. */
const SCALE = 0.05;

export const RULES = ruleGroups({ scale: SCALE, scrapeInterval: '1s' });

/**
 * A Prometheus that only scrapes a server and writes to VictoriaMetrics, and vmalert, which evaluates the rules on
 * that. Values are not compared here, because no two programs look at the same moment: see `replayed.ts`.
 */
export class Ruled {
  private readonly children = new Children((message) => this.deaths.push(message));
  readonly deaths: string[] = [];
  private readonly folder = mkdtempSync(join(tmpdir(), 'pmcp-ruled-'));
  private notes: NotesServer | undefined;
  private load: Load | undefined;
  private store = '';
  vmalert = '';
  alertmanager = '';
  /** Whether the health check of the server passes. Without it the server is still ready: that alert hides this one. */
  isHealthy = true;

  async start(): Promise<void> {
    const database = async () => {
      if (!this.isHealthy) throw new Error('no connection');
    };
    this.notes = await startNotes({
      health: { checks: [{ name: 'database', run: database, gatesReadiness: false }], cacheMs: 100 },
    });
    this.load = new Load(this.notes.url);
    const { url, writeUrl } = await openVictoriaMetrics(this.children, this.folder);
    this.store = url;
    this.alertmanager = (await startedAlertmanager(this.children, CALM)).origin;
    await this.watch(this.notes.admin.host, writeUrl);
    await this.evaluate();
  }

  async stop(): Promise<void> {
    await this.load?.stop();
    await this.children.stop();
    await this.notes?.close();
    await rm(this.folder, { recursive: true, force: true });
  }

  private async watch(target: string, writeUrl: string): Promise<void> {
    const config = prometheusConfig({
      interval: '1s',
      timeout: '1s',
      targets: [{ job: 'pmcp', targets: [target] }],
      remoteWrite: [{ url: writeUrl, queue: { batchSendDeadline: '1s' } }],
    });
    const spawn = this.children.start.bind(this.children);
    await ofGeneration('3', () => Prometheus.startWith(config, spawn));
  }

  private async evaluate(): Promise<void> {
    const { path } = await requireTool('vmalert');
    const address = `127.0.0.1:${await freePort()}`;
    const rules = join(this.folder, 'rules.yaml');
    writeFileSync(rules, ruleFile(RULES));
    const args = [
      `-rule=${rules}`,
      `-httpListenAddr=${address}`,
      `-datasource.url=${this.store}`,
      `-remoteWrite.url=${this.store}`,
      `-remoteRead.url=${this.store}`,
      `-notifier.url=${this.alertmanager}`,
      '-evaluationInterval=1s',
      '-remoteWrite.flushInterval=1s',
      // The samples of one scrape arrive in parts, for up to four seconds. A quantile of half of the buckets is wrong.
      // The default, 30 seconds, suits longer windows.
      '-rule.evalDelay=10s',
    ];
    this.children.start('vmalert', path, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    this.vmalert = `http://${address}`;
    await until(
      async () => (await fetch(`${this.vmalert}/health`).catch(() => undefined))?.ok === true,
      30_000,
    );
  }
}
