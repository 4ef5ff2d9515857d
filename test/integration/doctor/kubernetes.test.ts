import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { diagnosis, examined } from '../../support/doctor.js';
import {
  certificate,
  condition,
  event,
  isFalse,
  monitor,
  operated,
  refused,
  route,
  withToken,
} from '../../support/kubernetes/cluster-objects.js';
import { add, ago, type ClusterState, one } from '../../support/kubernetes/notes-cluster.js';
import { cluster } from '../../support/kubernetes/served-cluster.js';

const BASE = join(import.meta.dirname, '../../../examples/kubernetes/base');

describe('the doctor before a cluster', () => {
  it('finds nothing wrong with the examples where all is well', async () => {
    expect(await diagnosis({ kube: await cluster() })).toEqual({});
    expect(
      await diagnosis({ kube: await cluster(), manifests: BASE, namespace: ['notes', 'monitoring'] }),
    ).toEqual({});
  });

  it.each([
    ['the token of the admin port is for its readers only', withToken],
    [
      'the operator takes a monitor',
      (state: ClusterState) => {
        add(state, monitor({ release: 'main' }));
        add(state, operated({ matchLabels: { release: 'main' } }));
      },
    ],
    ['a certificate is ready', (state: ClusterState) => add(state, certificate(60))],
    [
      'something failed hours ago',
      (state: ClusterState) => add(state, event('FailedCreate', 'quota', 8_000)),
    ],
    [
      'a pod has just begun',
      (state: ClusterState) => {
        const { status } = one(state, 'Pod', 'notes');
        status.conditions = [{ ...isFalse('Ready', 'starting'), lastTransitionTime: ago(5) }];
      },
    ],
    [
      'a rollout is under way',
      (state: ClusterState) => {
        one(state, 'Pod', 'notes').spec.containers[0].image = 'registry.example.com/notes:0.9.0';
        condition(one(state, 'Deployment'), {
          ...isFalse('Progressing', '', 'ReplicaSetUpdated'),
          ...{ status: 'True' },
        });
      },
    ],
    [
      'all pods are asleep',
      (state: ClusterState) => {
        state.objects['api/v1/pods'] = [];
        one(state, 'EndpointSlice').endpoints = [];
      },
    ],
    [
      'it may not list what the cluster does not have',
      ({ forbidden }: ClusterState) => forbidden.push('podmonitors', 'certificates'),
    ],
    [
      'other namespaces have troubles of their own',
      (state: ClusterState) => {
        const [pod] = structuredClone(state.objects['api/v1/pods']!);
        pod!.metadata.namespace = 'shop';
        pod!.status.containerStatuses[0].state = { waiting: { reason: 'CrashLoopBackOff' } };
        add(state, pod!);
      },
    ],
  ] satisfies [string, (state: ClusterState) => unknown][])('finds nothing where %s', async (_, change) => {
    expect(await diagnosis({ kube: await cluster(change) })).toEqual({});
  });

  it('has the checks of manifests look at what is there, and names it', async () => {
    const kube = await cluster((state) => {
      one(state, 'Deployment').spec.template.spec.containers[0].readinessProbe.httpGet.path = '/ready';
    });
    const found = (await examined({ kube })).flatMap(({ check, outcome }) =>
      outcome.kind === 'found' ? outcome.findings.map(({ where, edit }) => [check.code, where, edit]) : [],
    );
    expect(found).toEqual([['PMCP-D062', { file: 'cluster:notes/Deployment/notes' }, undefined]]);
  });

  it('names each right that it lacks, and says what it left out', async () => {
    const kube = await cluster(({ forbidden }) => forbidden.push('networkpolicies', 'poddisruptionbudgets'));
    const results = await examined({ kube, namespace: ['notes'] });
    const told = results.flatMap(({ outcome }) => (outcome.kind === 'found' ? outcome.findings : []));
    expect(told.map(({ found }) => found)).toEqual([
      'it may not list poddisruptionbudgets.policy, networkpolicies.networking.k8s.io in namespace notes',
    ]);
    const left = results.filter(({ outcome }) => outcome.kind === 'hidden' && outcome.by === 'PMCP-D301');
    expect(left.map(({ check }) => check.code)).toEqual(
      expect.arrayContaining(['PMCP-D316', 'PMCP-D320', 'PMCP-D081']),
    );
  });

  it('says which right it lacks to ask who may read a Secret', async () => {
    const kube = await cluster((state) => {
      withToken(state);
      state.forbidden.push('localsubjectaccessreviews');
    });
    const right = 'create localsubjectaccessreviews.authorization.k8s.io in namespace notes';
    expect(await diagnosis({ kube })).toEqual({ 'PMCP-D323': [`can't be told: it may not ${right}`] });
  });

  it.each([
    ['that its Gateway has taken', route([{ type: 'Accepted', status: 'True' }])],
    ['that is new', route(undefined, 5)],
    ['of others', route([refused('Accepted', 'NoMatchingParent')], 600, 'crm')],
  ])('finds nothing wrong with a route %s', async (_, object) => {
    expect(await diagnosis({ kube: await cluster((state) => add(state, object)) })).toEqual({});
  });

  it('says where there is nothing to look at', async () => {
    const kube = await cluster((state) => {
      for (const path of Object.keys(state.objects))
        if (/autoscalers|cronjobs/.test(path)) state.objects[path] = [];
      one(state, 'Pod', 'prometheus').metadata.labels = {};
    });
    const results = await examined({ kube });
    const nothing = results.flatMap(({ check, outcome }) =>
      outcome.kind === 'not applicable' && check.group === 'kubernetes' ? [check.code.slice(-3)] : [],
    );
    expect(nothing).toEqual(['424', '313', '315', '316', '317', '318', '319', '321', '324']);
  });

  it('says so itself where the check of rights is left out', async () => {
    const kube = await cluster(({ forbidden }) => forbidden.push('events'));
    const results = await examined({ kube }, ({ code }) => code === 'PMCP-D300' || code === 'PMCP-D322');
    expect(results.at(-1)?.outcome).toEqual({
      kind: 'unknown',
      because: 'it may not list events in all namespaces',
    });
  });
});
