import { describe, expect, it } from 'vitest';
import { diagnosis } from '../../support/doctor.js';
import {
  certificate,
  condition,
  isFalse,
  monitor,
  operated,
  refused,
  route,
  terminated,
  withToken,
} from '../../support/kubernetes/cluster-objects.js';
import { add, type ClusterState, type Live, one } from '../../support/kubernetes/notes-cluster.js';
import { cluster } from '../../support/kubernetes/served-cluster.js';

/** More ways to the same code. */
const VARIANTS: readonly [code: string, what: string, change: (state: ClusterState) => unknown][] = [
  ['PMCP-D300', 'the token has ended', (state) => Object.assign(state, { isStrange: true })],
  [
    'PMCP-D304',
    'no controller has seen the change',
    (state) => Object.assign(one(state, 'Deployment').metadata, { generation: 7 }),
  ],
  [
    'PMCP-D304',
    'a rollout is paused in the middle',
    (state) => {
      one(state, 'Pod', 'notes').spec.containers[0].image = 'registry.example.com/notes:0.9.0';
      one(state, 'Deployment').spec.paused = true;
    },
  ],
  [
    'PMCP-D304',
    'a pod was left with the old image',
    (state) => Object.assign(one(state, 'Pod', 'notes').spec.containers[0], { image: 'notes:0' }),
  ],
  [
    'PMCP-D308',
    'an init container crashes',
    (state) => {
      const { status } = one(state, 'Pod', 'notes');
      const waiting = { reason: 'CrashLoopBackOff' };
      status.initContainerStatuses = [{ name: 'migrate', state: { waiting }, ...terminated(2, 'Error') }];
    },
  ],
  [
    'PMCP-D309',
    'a container that crashes does so for its memory',
    (state) =>
      Object.assign(one(state, 'Pod', 'notes').status.containerStatuses[0], {
        state: { waiting: { reason: 'CrashLoopBackOff' } },
        ...terminated(137, 'OOMKilled'),
      }),
  ],
  [
    'PMCP-D424',
    'a Gateway does not find the backend of the route',
    (state) => add(state, route([refused('ResolvedRefs', 'BackendNotFound')])),
  ],
  ['PMCP-D424', 'no Gateway has taken the route', (state) => add(state, route())],
  [
    'PMCP-D312',
    'nobody behind a Service is ready',
    (state) => {
      for (const endpoint of one(state, 'EndpointSlice').endpoints) endpoint.conditions.ready = false;
    },
  ],
  [
    'PMCP-D315',
    'the monitor is in a namespace that no Prometheus looks into',
    (state) => {
      add(state, monitor());
      const { spec, ...rest } = operated({});
      add(state, { ...rest, spec: { ...spec, podMonitorNamespaceSelector: undefined } } as Live);
    },
  ],
  [
    'PMCP-D316',
    'a policy is for pods with other labels',
    (state) =>
      Object.assign(one(state, 'NetworkPolicy').spec.ingress[1].from[0].podSelector, {
        matchExpressions: [{ key: 'app', operator: 'In', values: ['prom'] }],
      }),
  ],
  [
    'PMCP-D317',
    'no adapter serves the metrics of pods',
    ({ metrics }) => {
      for (const path of Object.keys(metrics)) if (path.includes('custom')) delete metrics[path];
    },
  ],
  [
    'PMCP-D318',
    'an autoscaler is not active',
    (state) => condition(one(state, 'HorizontalPodAutoscaler'), isFalse('ScalingActive', 'no metric')),
  ],
  ['PMCP-D321', 'a certificate is not ready', (state) => add(state, certificate(60, 'False'))],
  ['PMCP-D321', 'a certificate has ended', (state) => add(state, certificate(-1))],
  ...['system:unauthenticated', 'system:authenticated'].map(
    (group): [string, string, (state: ClusterState) => unknown] => [
      'PMCP-D323',
      `${group} may read a Secret`,
      (state) => {
        withToken(state);
        state.readers.push(group);
      },
    ],
  ),
  [
    'PMCP-D324',
    'a backup has never succeeded',
    (state) => Object.assign(one(state, 'CronJob').status, { lastSuccessfulTime: undefined }),
  ],
];

describe('the doctor before a cluster', () => {
  it.each(VARIANTS)('says %s and nothing else where %s', async (code, _, change) => {
    expect(await diagnosis({ kube: await cluster(change) })).toEqual({ [code]: expect.anything() });
  });
});
