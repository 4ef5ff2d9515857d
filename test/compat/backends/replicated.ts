import { mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ruleGroups } from '../../../alerts/groups.js';
import { ruleFile } from '../../../alerts/output/rules.js';
import { prometheusConfig } from '../../../prometheus/scrape/config.js';
import { flags } from '../../../prometheus/scrape/flags.js';
import type { Options } from '../../../prometheus/scrape/options.js';
import { freePort } from '../../../scripts/free-port.js';
import { Children } from '../../../scripts/start/children.js';
import { Load } from '../../../scripts/start/load.js';
import { Prometheus } from '../../../scripts/start/prometheus.js';
import { ofGeneration } from '../../support/generation.js';
import { type NotesServer, startNotes } from '../../support/notes-server.js';
import { CALM, startedAlertmanager } from '../../support/started-alertmanager.js';
import { until } from '../../support/until.js';
import { openThanos, openThanosRuler } from '../stores.js';
import { samples } from './points.js';

const REPLICAS = ['a', 'b'] as const;
export type Replica = (typeof REPLICAS)[number];

/** A panel's rate reads four intervals, as with the interval that we ship. */
export const INTERVAL_SECONDS = 5;
const INTERVAL = `${INTERVAL_SECONDS}s` as const;
const ARRIVES_WITHIN_MS = 180_000;

/** The windows of 5 minutes last as long as six scrapes. */
export const RULES = ruleGroups({ scale: 0.1, scrapeInterval: INTERVAL });

/** Who evaluates the rules: each Prometheus, or the ruler of Thanos. */
type Evaluator = 'replicas' | 'ruler';

/** A real server with users, two Prometheus servers that scrape it, and Thanos, to which both write. */
export class Replicated {
  private readonly children = new Children((message) => this.deaths.push(message));
  readonly deaths: string[] = [];
  private readonly folder = mkdtempSync(join(tmpdir(), 'pmcp-replicated-'));
  private notes: NotesServer | undefined;
  private load: Load | undefined;
  private readonly ends = new Map<Replica, () => void>();
  readonly replicas = new Map<Replica, Prometheus>();
  /** The program of Thanos that queries. */
  store = '';
  ruler = '';
  alertmanager = '';
  /** Whether the health check of the server passes. Without it the server is still ready: that alert hides this one. */
  isHealthy = true;

  constructor(private readonly evaluator: Evaluator) {}

  async start(): Promise<void> {
    const grpc = `127.0.0.1:${await freePort()}`;
    const more = this.evaluator === 'ruler' ? [`--endpoint=${grpc}`] : [];
    const thanos = await openThanos(this.children, this.folder, ['--query.replica-label=replica', ...more]);
    this.store = thanos.url;
    this.alertmanager = (await startedAlertmanager(this.children, CALM)).origin;
    this.notes = await this.serve();
    this.load = new Load(this.notes.url);
    for (const replica of REPLICAS) await this.watch(replica, this.notes.admin.host, thanos.writeUrl);
    if (this.evaluator === 'ruler') await this.evaluate(grpc);
  }

  /** Ends one Prometheus, as a crash of its machine would. */
  kill(replica: Replica): void {
    this.ends.get(replica)?.();
  }

  async stop(): Promise<void> {
    await this.load?.stop();
    await this.children.stop();
    await this.notes?.close();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Waits until Thanos has a later scrape of these than at a time. */
  async arrived(time: number, of: readonly Replica[] = REPLICAS): Promise<void> {
    const isThere = async (replica: Replica) => {
      const times = await this.scrapes(replica, Date.now() / 1_000);
      return (times.at(-1) ?? 0) > time;
    };
    for (const replica of of) await until(() => isThere(replica), ARRIVES_WITHIN_MS);
  }

  /** Returns when this one scraped, as Thanos has it, within the minute before a time. */
  async scrapes(replica: Replica, time: number): Promise<number[]> {
    const asking = { parameters: { dedup: 'false' } };
    const found = await samples(this.store, `pmcp_ready{replica="${replica}"}[1m]`, time, asking);
    return [...found.values()].flatMap((points) => [...points.keys()]);
  }

  private serve(): Promise<NotesServer> {
    const database = async () => {
      if (!this.isHealthy) throw new Error('no connection');
    };
    return startNotes({
      health: { checks: [{ name: 'database', run: database, gatesReadiness: false }], cacheMs: 100 },
    });
  }

  private async watch(replica: Replica, target: string, writeUrl: string): Promise<void> {
    const options: Options = {
      interval: INTERVAL,
      // A machine may be busy, and a missing scrape is no fault of the store.
      timeout: '4s',
      externalLabels: { cluster: 'main', replica },
      remoteWrite: [{ url: writeUrl, queue: { batchSendDeadline: '1s' } }],
      targets: [{ job: 'pmcp', targets: [target] }],
      ...(this.evaluator === 'replicas' && {
        alertmanagers: [new URL(this.alertmanager).host],
        ruleFiles: ['rules.yaml'],
      }),
    };
    const prometheus = await ofGeneration('3', () =>
      Prometheus.startWith(
        prometheusConfig(options),
        (...program) => {
          const child = this.children.start(...program);
          this.ends.set(replica, () => void child.kill('SIGKILL'));
          return child;
        },
        { files: { 'rules.yaml': ruleFile(RULES) }, flags: flags(options) },
      ),
    );
    this.replicas.set(replica, prometheus);
  }

  private async evaluate(grpc: string): Promise<void> {
    const rules = join(this.folder, 'rules.yaml');
    writeFileSync(rules, ruleFile(RULES));
    const { store: query, alertmanager } = this;
    const ruled = { grpc, query, rules, alertmanager, interval: INTERVAL };
    this.ruler = await openThanosRuler(this.children, this.folder, ruled);
  }
}
