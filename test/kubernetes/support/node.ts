import type { ChildProcess } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import type { IPod } from 'kubernetes-models/v1';
import { Children } from '../../../scripts/start/children.js';
import { until } from '../../support/until.js';
import type { Api } from './api.js';
import { variables } from './pod.js';
import { Usage } from './usage.js';

type Pod = IPod & {
  readonly metadata: { readonly name: string; readonly namespace: string; readonly uid: string };
};

const NODE = 'loopback';
/** A server that drains may take longer, but nobody needs it here any more. */
const GRACE_MS = 3_000;
/** A start takes seconds on a machine that does nothing else. */
const START_MS = 100_000;

/**
 * Does what scheduler and kubelet do, as far as a pod of a server needs it: each pod gets an address on loopback and a
 * process of its own, is ready when its probe says so, and is gone when its process has ended.
 */
export class LoopbackNode {
  readonly usage = new Usage();
  private readonly children = new Children(() => {});
  private readonly processes = new Map<string, ChildProcess>();
  private readonly seen = new Set<string>();
  private readonly network = `127.${randomInt(1, 255)}.${randomInt(0, 255)}`;
  private addresses = 0;
  private endWatch = () => {};

  /** @param program what the image of the server would run */
  constructor(
    private readonly api: Api,
    private readonly program: string,
    private readonly tell: (failure: string) => void,
  ) {}

  async start(): Promise<void> {
    this.endWatch = await this.api.watch<Pod>('/api/v1/pods', ({ type, object }) => {
      if (type === 'DELETED') return;
      const known = object.metadata.deletionTimestamp ? this.end(object) : this.begin(object);
      known.catch((error: Error) => this.tell(`${object.metadata.name}: ${error.message}`));
    });
  }

  async stop(): Promise<void> {
    this.endWatch();
    this.usage.stop();
    await this.children.stop();
  }

  private async begin(pod: Pod): Promise<void> {
    const { uid, name } = pod.metadata;
    if (this.seen.has(uid)) return;
    this.seen.add(uid);
    const target = { apiVersion: 'v1', kind: 'Node', name: NODE };
    const binding = { apiVersion: 'v1', kind: 'Binding', metadata: { name }, target };
    await this.api.send('POST', `${path(pod)}/binding`, binding);
    const ip = `${this.network}.${++this.addresses}`;
    this.processes.set(uid, this.run(pod, ip));
    await until(() => this.isReady(pod, ip), START_MS);
    this.usage.add(pod);
    await this.api.send('PATCH', `${path(pod)}/status`, { status: running(pod, ip) });
  }

  private run(pod: Pod, ip: string): ChildProcess {
    const container = serverOf(pod);
    const set = variables(container, '/tmp', pod.metadata);
    return this.children.start(pod.metadata.name, process.execPath, [this.program], {
      env: { ...process.env, ...set, HOST: ip, PMCP_METRICS_HOST: ip },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
  }

  private async isReady(pod: Pod, ip: string): Promise<boolean> {
    const { readinessProbe, ports } = serverOf(pod);
    const { path: probe, port } = readinessProbe!.httpGet!;
    const number = ports?.find(({ name }) => name === port)?.containerPort;
    const child = this.processes.get(pod.metadata.uid);
    const end = child?.exitCode ?? child?.signalCode ?? undefined;
    if (end !== undefined) throw new Error(`its server ended with ${end} before it was ready`);
    return fetch(`http://${ip}:${number}${probe}`).then(
      ({ ok }) => ok,
      () => false,
    );
  }

  private async end(pod: Pod): Promise<void> {
    const { uid } = pod.metadata;
    const child = this.processes.get(uid);
    this.usage.remove(pod);
    if (child && child.exitCode === null && child.signalCode === null) {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      const grace = setTimeout(() => child.kill('SIGKILL'), GRACE_MS);
      await ended;
      clearTimeout(grace);
    }
    await this.api.send('DELETE', path(pod), { gracePeriodSeconds: 0, preconditions: { uid } });
  }
}

const path = ({ metadata }: Pod) => `/api/v1/namespaces/${metadata.namespace}/pods/${metadata.name}`;

/** The container that has a process here. Sidecars only exist. */
const serverOf = ({ spec }: Pod) => spec!.containers.find(({ readinessProbe }) => readinessProbe)!;

function running({ spec }: Pod, podIP: string): object {
  const now = new Date().toISOString();
  const conditions = ['PodScheduled', 'Initialized', 'ContainersReady', 'Ready'];
  return {
    phase: 'Running',
    podIP,
    podIPs: [{ ip: podIP }],
    startTime: now,
    conditions: conditions.map((type) => ({ type, status: 'True', lastTransitionTime: now })),
    containerStatuses: spec!.containers.map(({ name, image }) => ({
      name,
      image,
      imageID: image,
      ready: true,
      started: true,
      restartCount: 0,
      state: { running: { startedAt: now } },
    })),
  };
}
