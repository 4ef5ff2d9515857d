import type { IPod } from 'kubernetes-models/v1';
import { expect, inject } from 'vitest';
import { Api } from '../support/api.js';
import { Autoscaler, type Engine, eventually } from '../support/autoscaler.js';
import { list } from '../support/cluster.js';
import { Crowd } from '../support/crowd.js';
import { connections } from '../support/monitoring.js';
import { Replicas } from '../support/replicas.js';

/** Where clients reach the pods that can serve. An EndpointSlice takes no address on loopback. */
export async function servers(): Promise<URL[]> {
  const pods = await list<IPod>('pods', 'notes');
  const [port] = inject('ports');
  const isReady = ({ status }: IPod) =>
    status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True');
  return pods
    .filter((pod) => isReady(pod) && !pod.metadata?.deletionTimestamp)
    .map(({ status }) => new URL(`http://${status?.podIP}:${port}/mcp`));
}

/** An autoscaler of the examples, its server in the real cluster, and the clients of that. */
export class Scene {
  readonly autoscaler: Autoscaler;
  readonly crowd = new Crowd();
  private api!: Api;
  trace!: Replicas;

  constructor(private readonly engine: Engine) {
    this.autoscaler = new Autoscaler(engine);
  }

  async begin(): Promise<void> {
    this.api = new Api(inject('kubeconfig'));
    this.trace = await Replicas.watch(this.api, 'notes', 'notes');
    await this.autoscaler.apply();
  }

  async end(): Promise<void> {
    await this.crowd.leave();
    await this.autoscaler.remove();
    this.trace.stop();
    this.api.close();
    process.stderr.write(`${this.engine.component}: ${this.trace}\n`);
  }

  /** Waits until Prometheus knows all clients, and each at the pod where it is. */
  readonly counted = async (): Promise<void> => {
    const open = () => connections(inject('prometheusUrl'));
    const sum = async () => Object.values(await open()).reduce((all, one) => all + one, 0);
    await eventually(async () => (await sum()) === this.crowd.size);
    const occupied = Object.entries(await open()).filter(([, count]) => count > 0);
    expect(Object.fromEntries(occupied)).toEqual(this.crowd.places);
  };

  readonly running = (replicas: number): Promise<void> =>
    eventually(() => this.trace.wanted === replicas && this.trace.ready === replicas);
}
