import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type Engine, eventually } from '../support/autoscaler.js';
import { kubectl } from '../support/cluster.js';
import { commandsOf } from '../support/page.js';
import { Scene, servers } from './scene.js';

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
export function scales(engine: Engine): Scene {
  const scene = new Scene(engine);
  const { autoscaler, crowd } = scene;
  const { counted, running } = scene;

  beforeAll(() => scene.begin());
  afterAll(() => scene.end());

  describe(`the autoscaler of the example ${engine.component}, on real controllers,`, () => {
    it('starts three pods, which Prometheus discovers with the rights that we ship', async () => {
      await running(3);
      await counted();
    });

    it('has five pods at once for 460 connections, be they sessions or subscriptions', async () => {
      await autoscaler.hold();
      await crowd.sessions(400, await servers());
      await crowd.subscriptions(60, await servers());
      await counted();
      expect(scene.trace.wanted).toBe(3);
      await autoscaler.go();
      await running(5);
    });

    it.each(commandsOf('docs/autoscaling.md').filter((command) => !engine.foreign.test(command.join(' '))))(
      'answers the commands of the page: %s %s %s %s',
      async (program, ...args) => {
        expect(program).toBe('kubectl');
        expect(await kubectl(args)).toMatch(/notes|True|^yes|"value":"460"/);
      },
    );

    it('has ten pods at once for 950 connections', async () => {
      await autoscaler.hold();
      await crowd.sessions(430, await servers());
      await crowd.subscriptions(60, await servers());
      await counted();
      // Within the period of a policy, the pods may only double that were there at its beginning.
      await eventually(() => scene.trace.age > PERIOD_MS);
      await autoscaler.go();
      await running(10);
    });

    it('has no more than ten pods, and says that it wants more', async () => {
      await crowd.sessions(250, await servers());
      await counted();
      await eventually(async () => (await autoscaler.reason('ScalingLimited')) === 'TooManyReplicas');
      expect(scene.trace.wanted).toBe(10);
    });

    it('keeps all pods for a while when all clients have gone', async () => {
      await crowd.leave();
      await counted();
      await eventually(async () => (await autoscaler.reason('AbleToScale')) === 'ScaleDownStabilized');
      expect(scene.trace.wanted).toBe(10);
    });

    it('takes one pod after the other after that while, and three stay', async () => {
      await autoscaler.hurry();
      await running(3);
      expect(scene.trace.all).toEqual([1, 3, 5, 10, 9, 8, 7, 6, 5, 4, 3]);
    });

    it('looks at the CPU of the server, and not at that of a sidecar', async () => {
      await uses(SIDECAR.name, 1);
      const patch = JSON.stringify({ spec: { template: { spec: { containers: [SIDECAR] } } } });
      await kubectl(['patch', 'deployment', 'notes', '--namespace=notes', `--patch=${patch}`]);
      await kubectl(['rollout', 'status', 'deployment/notes', '--namespace=notes', '--timeout=200s']);
      // 10 of the 250 millicores that the server asks for.
      await eventually(async () => (await autoscaler.cpu()) === 4);
      expect(scene.trace.wanted).toBe(3);
      await uses('notes', 0.24);
      await eventually(() => scene.trace.wanted === 5);
      await uses('notes', 0.01);
    });

    it('counts a connection once in a pod that has a sidecar', async () => {
      await running(3);
      await crowd.sessions(30, await servers());
      await counted();
      await crowd.leave();
    });
  });

  return scene;
}
