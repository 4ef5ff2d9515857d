import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { freePort } from '../../../scripts/free-port.js';
import { temporaryFolder } from '../../fixtures/temporary-folder.js';
import { type Broken, diagnosis, rows } from '../../support/doctor.js';
import {
  certificate,
  condition,
  event,
  isFalse,
  monitor,
  operated,
  refused,
  route,
  terminated,
  withToken,
} from '../../support/kubernetes/cluster-objects.js';
import { add, ago, type ClusterState, one } from '../../support/kubernetes/notes-cluster.js';
import { cluster } from '../../support/kubernetes/served-cluster.js';

const BASE = join(import.meta.dirname, '../../../examples/kubernetes/base');

/** A cluster with something wrong. */
const where = (change: (state: ClusterState) => void) => async () => ({ kube: await cluster(change) });

/** A pod whose only container is so. */
const container = (status: object, conditions: object[] = []) =>
  where((state) => {
    const pod = one(state, 'Pod', 'notes');
    Object.assign(pod.status.containerStatuses[0], { ready: false, state: {} }, status);
    pod.status.conditions = [isFalse('Ready', 'containers with unready status: [notes]'), ...conditions];
  });

const BROKEN: Broken = {
  'PMCP-D300': [
    'nobody listens at the address of the API',
    async () => ({ kube: `http://127.0.0.1:${await freePort()}` }),
  ],
  'PMCP-D301': ['it may list no events', where(({ forbidden }) => forbidden.push('events'))],
  'PMCP-D302': [
    'the version of Kubernetes is old',
    where((state) => {
      state.gitVersion = 'v1.31.4';
    }),
  ],
  'PMCP-D303': [
    'nothing is observed in the namespace',
    async () => ({ kube: await cluster(), namespace: ['shop'] }),
  ],
  'PMCP-D304': [
    'a rollout stands still',
    where((state) =>
      condition(
        one(state, 'Deployment'),
        isFalse('Progressing', 'ReplicaSet "notes-6" has timed out progressing.'),
      ),
    ),
  ],
  'PMCP-D305': [
    'no node has room',
    where((state) => {
      const pod = one(state, 'Pod', 'notes');
      pod.status = {
        phase: 'Pending',
        conditions: [isFalse('PodScheduled', '0/3 nodes are available: 3 Insufficient memory.')],
      };
    }),
  ],
  'PMCP-D306': [
    'an image is not there',
    container({ state: { waiting: { reason: 'ImagePullBackOff', message: 'not found' } } }),
  ],
  'PMCP-D307': [
    'a Secret is not there',
    container({
      state: { waiting: { reason: 'CreateContainerConfigError', message: 'secret "notes" not found' } },
    }),
  ],
  'PMCP-D308': [
    'a container crashes again and again',
    container({
      restartCount: 9,
      state: { waiting: { reason: 'CrashLoopBackOff' } },
      ...terminated(1, 'Error'),
    }),
  ],
  'PMCP-D309': [
    'a container was killed for its memory',
    container({ restartCount: 1, ready: true, state: { running: {} }, ...terminated(137, 'OOMKilled') }),
  ],
  'PMCP-D310': [
    'a probe restarts a container time after time',
    container({ restartCount: 5, ready: true, state: { running: {} }, ...terminated(143, 'Error') }),
  ],
  'PMCP-D311': ['a pod does not become ready', container({ state: { running: {} } })],
  'PMCP-D312': [
    'a Service has nobody behind it',
    where((state) => {
      one(state, 'EndpointSlice').endpoints = [];
    }),
  ],
  'PMCP-D313': [
    'the operator scrapes, and no monitor selects the pods',
    where((state) => {
      one(state, 'Deployment').spec.template.metadata.annotations = {};
      add(state, { ...monitor(), spec: { selector: { matchLabels: { app: 'other' } } } });
      add(state, operated({}));
    }),
  ],
  'PMCP-D314': [
    'manifests have a kind that the cluster does not know',
    async () => {
      const manifests = temporaryFolder('monitor');
      writeFileSync(
        join(manifests, 'monitor.yaml'),
        'apiVersion: monitoring.coreos.com/v1\nkind: PodMonitor\nmetadata: { name: notes }\nspec: { selector: {} }\n',
      );
      return { kube: await cluster(), manifests };
    },
  ],
  'PMCP-D315': [
    'no Prometheus takes the monitor',
    where((state) => {
      add(state, monitor());
      add(state, operated({ matchLabels: { release: 'main' } }));
    }),
  ],
  'PMCP-D316': [
    'a policy is for another Prometheus',
    where((state) => {
      one(state, 'Pod', 'prometheus').metadata.namespace = 'observability';
    }),
  ],
  'PMCP-D317': [
    'the metric of an autoscaler has no data',
    where(({ metrics }) => {
      for (const path of Object.keys(metrics)) if (path.includes('custom')) metrics[path] = { items: [] };
    }),
  ],
  'PMCP-D318': [
    'an autoscaler cannot scale',
    where((state) =>
      condition(one(state, 'HorizontalPodAutoscaler'), isFalse('AbleToScale', 'the scale is away')),
    ),
  ],
  'PMCP-D319': [
    'an autoscaler has no room above',
    where((state) => {
      const autoscaler = one(state, 'HorizontalPodAutoscaler');
      autoscaler.status.currentReplicas = autoscaler.spec.maxReplicas;
      condition(autoscaler, {
        ...isFalse('ScalingLimited', 'at the top', 'TooManyReplicas'),
        ...{ status: 'True' },
      });
    }),
  ],
  'PMCP-D424': [
    'a Gateway does not take the route',
    where((state) => add(state, route([refused('Accepted', 'NotAllowedByListeners')]))),
  ],
  'PMCP-D320': [
    'a budget lets no pod go',
    where((state) => {
      one(state, 'PodDisruptionBudget').status.disruptionsAllowed = 0;
    }),
  ],
  'PMCP-D321': ['a certificate is not renewed', where((state) => add(state, certificate(2)))],
  'PMCP-D322': [
    'a quota is used up',
    where((state) => add(state, event('FailedCreate', 'exceeded quota: pods'))),
  ],
  'PMCP-D323': [
    'every pod may read the token of the admin port',
    where((state) => {
      withToken(state);
      state.readers.push('system:serviceaccounts');
    }),
  ],
  'PMCP-D324': [
    'a backup fails every night',
    where((state) => {
      one(state, 'CronJob').status.lastSuccessfulTime = ago(400_000);
    }),
  ],
  'PMCP-D325': [
    'another image runs than the manifests say',
    async () => ({
      manifests: BASE,
      kube: await cluster((state) => {
        for (const { spec } of [
          ...state.objects['api/v1/pods']!,
          { spec: one(state, 'Deployment').spec.template.spec },
        ])
          if (spec.containers[0].name === 'notes')
            spec.containers[0].image = 'registry.example.com/notes:0.9.0';
      }),
    }),
  ],
};

describe('the doctor before a cluster', () => {
  it.each(rows(BROKEN))('says $code and nothing else where $what', async ({ code, arrange }) => {
    expect(await diagnosis(await arrange())).toEqual({ [code]: expect.anything() });
  });
});
