import { chmodSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { freePort } from '../../../scripts/free-port.js';
import { temporaryFolder } from '../../fixtures/temporary-folder.js';
import { type Broken, diagnosis, examined, rows } from '../../support/doctor.js';
import { ClusterApi } from '../../support/kubernetes/cluster-api.js';
import {
  add,
  ago,
  type ClusterState,
  type Live,
  notesCluster,
  one,
} from '../../support/kubernetes/notes-cluster.js';

const BASE = join(import.meta.dirname, '../../../examples/kubernetes/base');
const endings: (() => void)[] = [];
afterAll(() => {
  for (const end of endings) end();
});

/** The API of the calm cluster, after something was done to it. */
async function cluster(change: (state: ClusterState) => void = () => {}): Promise<string> {
  const state = notesCluster();
  change(state);
  const { url, stop } = await ClusterApi.start(state);
  endings.push(stop);
  return url;
}

/** A cluster with something wrong. */
const where = (change: (state: ClusterState) => void) => async () => ({ kube: await cluster(change) });

/** A pod whose only container is so. */
const container = (status: object, conditions: object[] = []) =>
  where((state) => {
    const pod = one(state, 'Pod', 'notes');
    Object.assign(pod.status.containerStatuses[0], { ready: false, state: {} }, status);
    pod.status.conditions = [isFalse('Ready', 'containers with unready status: [notes]'), ...conditions];
  });

const isFalse = (type: string, message: string, reason = 'Because') => ({
  type,
  status: 'False',
  reason,
  message,
  lastTransitionTime: ago(600),
});

const condition = (object: Live, changed: { readonly type: string }) => {
  object.status.conditions = [
    ...object.status.conditions.filter(({ type }: { type: string }) => type !== changed.type),
    changed,
  ];
};

const terminated = (exitCode: number, reason: string) => ({
  lastState: { terminated: { exitCode, reason, finishedAt: ago(120) } },
});

const monitor = (labels: object = {}): Live => ({
  apiVersion: 'monitoring.coreos.com/v1',
  kind: 'PodMonitor',
  metadata: { name: 'notes', namespace: 'notes', labels },
  spec: { selector: { matchLabels: { 'app.kubernetes.io/name': 'notes' } } },
});

const operated = (podMonitorSelector: object): Live => ({
  apiVersion: 'monitoring.coreos.com/v1',
  kind: 'Prometheus',
  metadata: { name: 'main', namespace: 'monitoring' },
  spec: { podMonitorSelector, podMonitorNamespaceSelector: {} },
});

const event = (reason: string, message: string, seconds = 60): Live => ({
  apiVersion: 'v1',
  kind: 'Event',
  metadata: { name: 'notes.1', namespace: 'notes' },
  type: 'Warning',
  reason,
  message,
  lastTimestamp: ago(seconds),
  involvedObject: { kind: 'ReplicaSet', name: 'notes-5d9' },
});

const certificate = (days: number, ready = 'True'): Live => ({
  apiVersion: 'cert-manager.io/v1',
  kind: 'Certificate',
  metadata: { name: 'notes', namespace: 'notes' },
  spec: { secretName: 'notes-tls' },
  status: {
    notAfter: ago(-days * 86_400),
    conditions: [{ ...isFalse('Ready', 'the issuer refuses'), status: ready }],
  },
});

/** The server has a token for its admin port. */
const withToken = (state: ClusterState) =>
  one(state, 'Deployment').spec.template.spec.containers[0].env.push({
    name: 'PMCP_ADMIN_TOKEN',
    valueFrom: { secretKeyRef: { name: 'notes-metrics', key: 'token' } },
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

  it.each(rows(BROKEN))('says $code and nothing else where $what', async ({ code, arrange }) => {
    expect(await diagnosis(await arrange())).toEqual({ [code]: expect.anything() });
  });

  it.each(VARIANTS)('says %s and nothing else where %s', async (code, _, change) => {
    expect(await diagnosis({ kube: await cluster(change) })).toEqual({ [code]: expect.anything() });
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
    expect(nothing).toEqual(['313', '315', '316', '317', '318', '319', '321', '324']);
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

/** A program in place of kubectl, alone in its folder. */
function kubectl(script: string): void {
  const folder = temporaryFolder('kubectl');
  writeFileSync(join(folder, 'kubectl'), `#!${process.execPath}\n${script}`);
  chmodSync(join(folder, 'kubectl'), 0o755);
  vi.stubEnv('PATH', folder);
}

/** Does what `kubectl proxy` does: serves the API at a socket, for whoever may open that. */
const PROXY = (api: string) => `
const { createServer, request } = require('node:http');
const socket = process.argv.find((word) => word.startsWith('--unix-socket=')).slice(14);
if (!process.argv.includes('--context=shop')) throw new Error('expected a context');
createServer(({ url, method, headers }, response) => {
  request(new URL(url, '${api}'), { method, headers: { accept: headers.accept } }, (answer) => {
    response.writeHead(answer.statusCode, answer.headers);
    answer.pipe(response);
  }).end();
}).listen(socket, () => console.log('Starting to serve on ' + socket));
`;

describe('the doctor with kubectl', () => {
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  it('asks the API through it, and leaves no process and no socket behind', async () => {
    const folder = temporaryFolder('sockets');
    const api = await cluster((state) => {
      state.gitVersion = 'v1.31.4';
    });
    kubectl(PROXY(api));
    vi.stubEnv('TMPDIR', folder);
    expect(Object.keys(await diagnosis({ kube: 'shop' }))).toEqual(['PMCP-D302']);
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each([
    [
      `console.error('error: context "shop" does not exist'); process.exit(1)`,
      'kubectl says: error: context "shop" does not exist',
    ],
    ['process.exit(3)', 'kubectl says: nothing, and ends with 3'],
  ])('says what it says: %s', async (script, told) => {
    kubectl(script);
    expect(await diagnosis({ kube: 'shop' })).toEqual({ 'PMCP-D300': [`shop can't be asked: ${told}`] });
  });

  it('says what else there is where it is not installed', async () => {
    vi.stubEnv('PATH', temporaryFolder('empty'));
    const { 'PMCP-D300': found = [] } = await diagnosis({ kube: 'shop' });
    expect(found[0]).toMatch(
      /^shop can't be asked: kubectl can't be started \(.*ENOENT\): install it, or give --kube the URL/,
    );
  });

  it('says so where it is in no pod', async () => {
    const { 'PMCP-D300': found = [] } = await diagnosis({ kube: 'in-cluster' });
    expect(found[0]).toContain('this is no pod of Kubernetes: KUBERNETES_SERVICE_HOST is not set');
  });
});
