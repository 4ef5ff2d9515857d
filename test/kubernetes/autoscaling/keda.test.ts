import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { Children } from '../../../scripts/start/children.js';
import { Prometheus } from '../../../scripts/start/prometheus.js';
import { eventually } from '../support/autoscaler.js';
import { Keda } from '../support/keda.js';
import { scales } from './scenario.js';
import { servers } from './scene.js';

const PROMETHEUS = 'prometheus.monitoring.svc:9090';
const tell = (failure: string) => void process.stderr.write(`${failure}\n`);

let keda: Keda;

beforeAll(async () => {
  keda = await Keda.start(inject('kubeconfig'), tell);
  keda.services.offer(PROMETHEUS, inject('prometheusUrl'));
});
// After the example, whose objects only a running operator can remove.
afterAll(() => keda.stop());

const scene = scales({
  component: 'keda',
  object: 'scaledobject/notes',
  worker: 'keda-hpa-notes',
  foreign: /custom\.metrics/,
  behaves: (behavior) => ({ spec: { advanced: { horizontalPodAutoscalerConfig: { behavior } } } }),
});

const { autoscaler, crowd, running, counted } = scene;

describe('KEDA, while it does not know the connections,', () => {
  const children = new Children(tell);
  const silences: readonly (readonly [string, () => Promise<void> | void])[] = [
    ['does not answer', () => keda.services.takeAway(PROMETHEUS)],
    [
      'has lost its data',
      async () => {
        const empty = await Prometheus.startWith('{}', children.start.bind(children));
        keda.services.offer(PROMETHEUS, empty.url);
      },
    ],
  ];

  afterAll(() => children.stop());

  it.each(silences)('keeps all pods because Prometheus %s', async (_, silence) => {
    // CPU and memory alone would let two pods go within seconds.
    await autoscaler.hurry();
    await running(3);
    await crowd.sessions(460, await servers());
    await counted();
    await running(5);
    await silence();
    await eventually(async () => (await autoscaler.reason('ScalingActive')) === 'FailedGetExternalMetric');
    const before = keda.services.asked;
    await eventually(() => keda.services.asked > before + 10);
    expect(scene.trace.wanted).toBe(5);
    keda.services.offer(PROMETHEUS, inject('prometheusUrl'));
    await eventually(async () => (await autoscaler.reason('ScalingActive')) === 'ValidMetricFound');
    await crowd.leave();
    await running(3);
  });
});
