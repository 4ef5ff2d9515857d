import type { IDeployment } from 'kubernetes-models/apps/v1';
import type { Api } from './api.js';

interface Moment {
  readonly replicas: number;
  readonly at: number;
}

/** Every number of pods that a deployment was to have, one after the other. */
export class Replicas {
  readonly moments: Moment[] = [];
  /** How many of them can serve. */
  ready = 0;
  private readonly begin = performance.now();
  stop = () => {};

  static async watch(api: Api, namespace: string, name: string): Promise<Replicas> {
    const trace = new Replicas();
    const path = `/apis/apps/v1/namespaces/${namespace}/deployments`;
    trace.stop = await api.watch<IDeployment>(path, ({ type, object }) => {
      if (type !== 'DELETED' && object.metadata?.name === name) trace.note(object);
    });
    return trace;
  }

  get wanted(): number {
    return this.moments.at(-1)?.replicas ?? 0;
  }

  /** How long ago the number changed, in milliseconds. */
  get age(): number {
    return performance.now() - this.begin - (this.moments.at(-1)?.at ?? 0);
  }

  get all(): number[] {
    return this.moments.map(({ replicas }) => replicas);
  }

  toString(): string {
    return this.moments.map(({ replicas, at }) => `${replicas} at ${(at / 1000).toFixed(1)} s`).join(', ');
  }

  private note({ spec, status }: IDeployment): void {
    const replicas = spec?.replicas ?? 0;
    this.ready = status?.readyReplicas ?? 0;
    if (replicas !== this.wanted) this.moments.push({ replicas, at: performance.now() - this.begin });
  }
}
