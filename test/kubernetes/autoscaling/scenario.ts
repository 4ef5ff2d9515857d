import type { IPod } from 'kubernetes-models/v1';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { Api } from '../support/api.js';
import { Autoscaler, type Engine, eventually } from '../support/autoscaler.js';
import { kubectl, list } from '../support/cluster.js';
import { Crowd } from '../support/crowd.js';
import { connections } from '../support/monitoring.js';
import { commandsOf } from '../support/page.js';
import { Replicas } from '../support/replicas.js';

/** Where clients reach the pods that can serve. An EndpointSlice takes no address on loopback. */
async function urls(): Promise<URL[]> {
  const pods = await list<IPod>('pods', 'notes');
  const [port] = inject('ports');
  const isReady = ({ status }: IPod) =>
    status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True');
  return pods
    .filter((pod) => isReady(pod) && !pod.metadata?.deletionTimestamp)
    .map(({ status }) => new URL(`http://${status?.podIP}:${port}/mcp`));
}

/** A policy of our autoscalers looks back 15 seconds, and the controller looks every two. */
const PERIOD_MS = 18_000;

/** What a sidecar asks for, and what it then uses. */
const SIDECAR = {
  name: 'mesh',
  image: 'registry.example.com/mesh:1.0.0',
  resources: { requests: { cpu: '100m', memory: '64Mi' } },
  securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
};
const uses = (container: string, cores: number) =>
  fetch(`${inject('usageUrl')}/${container}?cores=${cores}`, { method: 'PUT' });

/** What each autoscaler of the examples must do with the same clients, on real controllers. */
export function scales(engine: Engine): void {
  const autoscaler = new Autoscaler(engine);
  const crowd = new Crowd();
  let api: Api;
  let trace: Replicas;

  /** Waits until Prometheus knows all clients, and each at the pod where it is. */
  const counted = async () => {
    const open = () => connections(inject('prometheusUrl'));
    const sum = async () => Object.values(await open()).reduce((all, one) => all + one, 0);
    await eventually(async () => (await sum()) === crowd.size);
    const occupied = Object.entries(await open()).filter(([, count]) => count > 0);
    expect(Object.fromEntries(occupied)).toEqual(crowd.places);
  };
  const running = (replicas: number) =>
    eventually(() => trace.wanted === replicas && trace.ready === replicas);

  beforeAll(async () => {
    api = new Api(inject('kubeconfig'));
    trace = await Replicas.watch(api, 'notes', 'notes');
    await autoscaler.apply();
  });

  afterAll(async () => {
    await crowd.leave();
    await autoscaler.remove();
    trace.stop();
    api.close();
    process.stderr.write(`${engine.folder}: ${trace}\n`);
  });

  describe(`the autoscaler of the example ${engine.folder}, on real controllers,`, () => {
    it('starts three pods, which Prometheus discovers with the rights that we ship', async () => {
      await running(3);
      await counted();
    });

    it('has five pods at once for 460 connections, be they sessions or subscriptions', async () => {
      await autoscaler.hold();
      await crowd.sessions(400, await urls());
      await crowd.subscriptions(60, await urls());
      await counted();
      expect(trace.wanted).toBe(3);
      await autoscaler.go();
      await running(5);
    });

    it.each(commandsOf('docs/autoscaling.md'))(
      'answers the commands of the page: %s %s %s %s',
      async (program, ...args) => {
        expect(program).toBe('kubectl');
        expect(await kubectl(args)).toMatch(/notes|True|^yes/);
      },
    );

    it('has ten pods at once for 950 connections', async () => {
      await autoscaler.hold();
      await crowd.sessions(430, await urls());
      await crowd.subscriptions(60, await urls());
      await counted();
      // Within the period of a policy, the pods may only double that were there at its beginning.
      await eventually(() => trace.age > PERIOD_MS);
      await autoscaler.go();
      await running(10);
    });

    it('has no more than ten pods, and says that it wants more', async () => {
      await crowd.sessions(250, await urls());
      await counted();
      await eventually(async () => (await autoscaler.reason('ScalingLimited')) === 'TooManyReplicas');
      expect(trace.wanted).toBe(10);
    });

    it('keeps all pods for a while when all clients have gone', async () => {
      await crowd.leave();
      await counted();
      await eventually(async () => (await autoscaler.reason('AbleToScale')) === 'ScaleDownStabilized');
      expect(trace.wanted).toBe(10);
    });

    it('takes one pod after the other after that while, and three stay', async () => {
      await autoscaler.hurry();
      await running(3);
      expect(trace.all).toEqual([1, 3, 5, 10, 9, 8, 7, 6, 5, 4, 3]);
    });

    it('looks at the CPU of the server, and not at that of a sidecar', async () => {
      await uses(SIDECAR.name, 1);
      const patch = JSON.stringify({ spec: { template: { spec: { containers: [SIDECAR] } } } });
      await kubectl(['patch', 'deployment', 'notes', '--namespace=notes', `--patch=${patch}`]);
      await kubectl(['rollout', 'status', 'deployment/notes', '--namespace=notes', '--timeout=200s']);
      // 10 of the 250 millicores that the server asks for.
      await eventually(async () => (await autoscaler.cpu()) === 4);
      expect(trace.wanted).toBe(3);
      await uses('notes', 0.24);
      await eventually(() => trace.wanted === 5);
      await uses('notes', 0.01);
    });
  });
}
