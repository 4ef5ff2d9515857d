import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ruleGroups } from '../../../alerts/groups.js';
import { ruleFile } from '../../../alerts/output/rules.js';
import { Children } from '../../../scripts/start/children.js';
import { Prometheus } from '../../../scripts/start/prometheus.js';
import { temporaryFolder } from '../../fixtures/temporary-folder.js';
import { connectClient, type HttpServer, startHttpServer } from '../http-server.js';
import { until } from '../until.js';

const EVERY = '500ms';
/** Five minutes pass in six seconds. */
const SCALE = 0.02;
/** How many clients call a pod without a pause of more than this. Slow tools need more, for as many calls. */
const CLIENTS = 3;
const PATIENT_CLIENTS = 40;
const PAUSE_MS = 40;

/** Names of versions, as a controller gives them: hashes. */
export const OLD = '5f6d8c7b9d';
export const NEW = '6d4cf56db6';

interface Pod {
  readonly hash: string;
  readonly server: HttpServer;
  readonly leave: AbortController;
}

interface Targets {
  readonly activeTargets: readonly { readonly scrapeUrl: string }[];
}

const addressOf = ({ server }: Pod) => new URL(server.admin).host;
const isAt = (address: string) => (pod: Pod) => addressOf(pod) === address;

/** Pods of two versions, and a Prometheus that has our rules and sees each pod as both controllers would name it. */
export class Rolled {
  private readonly children = new Children(() => {});
  private readonly folder = temporaryFolder('rollouts');
  private readonly pods: Pod[] = [];
  prometheus!: Prometheus;

  async start(): Promise<void> {
    await this.tell();
    const config = {
      global: { scrape_interval: EVERY, scrape_timeout: EVERY, evaluation_interval: EVERY },
      rule_files: ['rules.yaml'],
      scrape_configs: [
        {
          job_name: 'pmcp',
          file_sd_configs: [{ files: [join(this.folder, 'pods.json')], refresh_interval: '1s' }],
        },
      ],
    };
    const rules = ruleGroups({ scale: SCALE, scrapeInterval: '30s', change: { PmcpBackupMissing: false } });
    const files = { 'rules.yaml': ruleFile(rules) };
    const spawn = this.children.start.bind(this.children);
    this.prometheus = await Prometheus.startWith(JSON.stringify(config), spawn, { files });
  }

  /** Starts a pod. Clients come at once, unless it is idle. */
  async add(hash: string, { fault = '', idle = false } = {}): Promise<void> {
    const env = { VERSION: hash === OLD ? '1.0.0' : '1.1.0', FAULT: fault };
    const server = await startHttpServer({}, env, ['test/fixtures/released.mjs']);
    const pod = { hash, server, leave: new AbortController() };
    this.pods.push(pod);
    const clients = fault === 'slow tools' ? PATIENT_CLIENTS : CLIENTS;
    if (!idle) for (let client = 0; client < clients; client++) void use(pod);
    await this.tell();
  }

  /** Ends all pods of a version: it leaves discovery first, as a pod that ends leaves its Service. */
  async remove(hash: string): Promise<void> {
    const gone = this.pods.filter((pod) => pod.hash === hash);
    for (const pod of gone) this.pods.splice(this.pods.indexOf(pod), 1);
    await this.tell();
    await until(async () => !(await this.scraped()).some((address) => gone.some(isAt(address))), 60_000);
    for (const { leave, server } of gone) {
      leave.abort();
      server.child.kill('SIGTERM');
      await server.ended;
    }
  }

  /** Prometheus follows discovery only every five seconds, which are minutes at this scale. */
  private async scraped(): Promise<string[]> {
    const { activeTargets } = await this.prometheus.api<Targets>('targets');
    return activeTargets.map(({ scrapeUrl }) => new URL(scrapeUrl).host);
  }

  /** The alerts that have fired, once each. */
  async fired(): Promise<string[]> {
    const all = 'max_over_time(ALERTS{alertstate="firing", alertname!="Watchdog"}[1h])';
    const found = await this.prometheus.query(`count by (alertname) (${all})`);
    return found.map(({ labels }) => labels.alertname!).sort();
  }

  async stop(): Promise<void> {
    for (const hash of [OLD, NEW]) await this.remove(hash);
    await this.children.stop();
  }

  private async tell(): Promise<void> {
    const targets = this.pods.flatMap((pod, index) => {
      const { hash } = pod;
      const end = `${hash}-abcd${index}`;
      const flagger = hash === OLD ? 'notes-primary' : 'notes';
      return [
        { namespace: 'argo', app_kubernetes_io_name: 'notes', pod: `notes-${end}` },
        { namespace: 'flagger', app_kubernetes_io_name: flagger, pod: `${flagger}-${end}` },
      ].map((labels) => ({ targets: [addressOf(pod)], labels }));
    });
    await writeFile(join(this.folder, 'pods.json'), JSON.stringify(targets));
  }
}

/** Calls a tool and reads a resource, over and over, until the pod goes. */
async function use({ server, leave: { signal } }: Pod): Promise<void> {
  const client = await connectClient(server.mcpUrl);
  while (!signal.aborted) {
    await Promise.allSettled([
      client.callTool({ name: 'work', arguments: {} }),
      client.readResource({ uri: 'note://one' }),
    ]);
    await delay(PAUSE_MS);
  }
  await client.close().catch(() => {});
}
