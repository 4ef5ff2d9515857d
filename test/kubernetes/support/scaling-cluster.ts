import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Children } from '../../../scripts/start/children.js';
import { Prometheus } from '../../../scripts/start/prometheus.js';
import { run } from '../../../scripts/tools/run.js';
import { actAs } from './account.js';
import { adapterRights, MONITORING, startAdapter } from './adapter.js';
import { applyAsAdmin, asAdmin } from './admin.js';
import { Api } from './api.js';
import { ControlPlane } from './control-plane.js';
import { Gateway } from './gateway.js';
import { prometheusConfig } from './monitoring.js';
import { LoopbackNode } from './node.js';

/** An autoscaler changes a Deployment, a Deployment its replica set, and that makes and deletes pods. */
const CONTROLLERS = [
  'horizontal-pod-autoscaler-controller',
  'deployment-controller',
  'replicaset-controller',
  'garbage-collector-controller',
];
/** The defaults are a quarter of a minute, for a metric that is half a minute old. */
const OFTEN = ['--horizontal-pod-autoscaler-sync-period=2s'];

const BEFORE = [
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: MONITORING } },
  { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'prometheus', namespace: MONITORING } },
];

/** At once: a test that waits for what will never come has no other way to say why. */
const tell = (failure: string) => void process.stderr.write(`${failure}\n`);

/** A cluster that runs pods of the notes server, with a Prometheus that discovers them, and prometheus-adapter. */
export class ScalingCluster {
  private readonly children = new Children(tell);
  private readonly api: Api;
  private readonly node: LoopbackNode;
  private readonly front = new Gateway();
  prometheus = '';
  usage = '';
  gateway = '';

  private constructor(
    private readonly plane: ControlPlane,
    private readonly folder: string,
  ) {
    this.api = new Api(plane.kubeconfig);
    this.node = new LoopbackNode(this.api, 'examples/notes/dist/main.js', tell);
  }

  static async start(): Promise<ScalingCluster> {
    await run('npx', ['tsc', '--project', 'examples/notes/tsconfig.build.json']);
    const folder = await mkdtemp(join(tmpdir(), 'pmcp-scaling-'));
    const cluster = new ScalingCluster(await ControlPlane.start(), folder);
    try {
      await cluster.fill();
    } catch (error) {
      await cluster.stop();
      throw error;
    }
    return cluster;
  }

  get kubeconfig(): string {
    return this.plane.kubeconfig;
  }

  async stop(): Promise<void> {
    await this.node.stop();
    this.front.stop();
    await this.children.stop();
    this.api.close();
    await this.plane.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  private async fill(): Promise<void> {
    await this.plane.startControllers(CONTROLLERS, OFTEN);
    await this.node.start();
    this.usage = await this.node.usage.start();
    this.gateway = await this.front.start(this.api);
    for (const object of BEFORE) await this.apply(JSON.stringify(object));
    await this.apply(await adapterRights());
    await asAdmin(this.kubeconfig, ['apply', '--kustomize=examples/kubernetes/prometheus']);
    const account = await actAs('prometheus', MONITORING, this.kubeconfig, join(this.folder, 'prometheus'));
    const config = await prometheusConfig(account, [this.usage, this.gateway]);
    const spawn = this.children.start.bind(this.children);
    const { url } = await Prometheus.startWith(config, spawn, { need: { kubernetesSd: true } });
    this.prometheus = url;
    const found = await startAdapter(this.children, this.folder, this.kubeconfig, url);
    for (const object of found) await this.apply(JSON.stringify(object));
  }

  private apply(objects: string): Promise<void> {
    return applyAsAdmin(this.kubeconfig, objects);
  }
}
