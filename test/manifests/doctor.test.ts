import { spawnSync } from 'node:child_process';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { validate } from 'dockerfile-utils';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../fixtures/temporary-folder.js';
import { diagnosis } from '../support/doctor.js';
import { ClusterApi } from '../support/kubernetes/cluster-api.js';
import { add, type ClusterState, type Live, notesCluster, one } from '../support/kubernetes/notes-cluster.js';
import { FOLDER, get } from './manifests.js';

const container = get('CronJob', 'doctor/cron-job.yaml').spec!.jobTemplate.spec!.template!.spec!
  .containers[0]!;
const { rules = [] } = get('ClusterRole', 'doctor/rbac.yaml');

const monitored = (kind: string, namespace: string, spec: object): Live => ({
  apiVersion: 'monitoring.coreos.com/v1',
  kind,
  metadata: { name: 'notes', namespace },
  spec,
});

/** Returns a cluster with every kind of object, so that every check makes all its requests. */
function full(): ClusterState {
  const state = notesCluster();
  const selector = { matchLabels: { 'app.kubernetes.io/name': 'notes' } };
  add(state, monitored('PodMonitor', 'notes', { selector }));
  add(
    state,
    monitored('Prometheus', 'monitoring', { podMonitorSelector: {}, podMonitorNamespaceSelector: {} }),
  );
  one(state, 'Deployment').spec.template.spec.containers[0].envFrom = [{ secretRef: { name: 'notes' } }];
  one(state, 'HorizontalPodAutoscaler').spec.metrics.push({
    type: 'External',
    external: { metric: { name: 'queue_length' } },
  });
  state.metrics['/apis/external.metrics.k8s.io/v1beta1/namespaces/notes/queue_length'] = { items: [{}] };
  return state;
}

const METHODS: Readonly<Record<string, string>> = { POST: 'create', GET: 'list' };
const RESOURCE = /^\/apis?\/(?:([\w.-]*\.?[\w-]+)\/)?v\w+\/namespaces\/[\w-]+\/([^/]+)/;

/** Returns the right that RBAC must grant for a request: `apps deployments list`. */
function rightOf(asked: string): string {
  const [method = '', path = ''] = asked.split(' ');
  const [, group = '', resource = ''] = RESOURCE.exec(path) ?? [];
  if (/\/namespaces\/[\w-]+$/.test(path)) return ' namespaces get';
  return group.endsWith('l.metrics.k8s.io') || group.startsWith('custom')
    ? `${group} *`
    : `${group} ${resource} ${METHODS[method]}`;
}

describe('the role of the doctor', () => {
  it('allows exactly what its checks request in a namespace', async () => {
    const { url, asked, stop } = await ClusterApi.start(full());
    expect(await diagnosis({ kube: url, namespace: ['notes', 'monitoring'] })).toEqual({});
    stop();
    const used = asked.filter((one) => one.includes('/namespaces/')).map(rightOf);
    const granted = rules.flatMap(({ apiGroups = [], resources = [], verbs }) =>
      apiGroups.flatMap((group) =>
        resources.flatMap((resource) =>
          resource === '*' ? [`${group} *`] : verbs.map((verb) => `${group} ${resource} ${verb}`),
        ),
      ),
    );
    expect([...new Set(used)].sort()).toEqual(granted.sort());
    // Every authenticated user may discover the API and request its version.
    const others = asked.filter((one) => !one.includes('/namespaces/'));
    expect(new Set(others)).toEqual(new Set(['GET /version']));
  });

  it('allows it to read no Secret and no ConfigMap, and to change nothing', () => {
    const named = rules.flatMap(({ apiGroups = [], resources = [] }) =>
      apiGroups.includes('') ? resources : [],
    );
    expect(named).not.toEqual(expect.arrayContaining([expect.stringMatching(/secrets|configmaps|\*/)]));
    expect(new Set(rules.flatMap(({ verbs }) => verbs))).toEqual(new Set(['list', 'get', 'create']));
    const created = rules.filter(({ verbs }) => verbs.includes('create'));
    expect(created.flatMap(({ resources }) => resources)).toEqual(['localsubjectaccessreviews']);
  });
});

describe('the job of the doctor', () => {
  it.each([
    [0, 0],
    [1, 0],
    [2, 1],
    [137, 1],
  ])('treats exit code %i as %i: a finding is no failure', (ends, expected) => {
    const folder = temporaryFolder('job');
    const program = join(folder, 'pmcp-doctor');
    writeFileSync(program, `#!/bin/sh\necho "$@"\nexit ${ends}\n`);
    chmodSync(program, 0o755);
    const [shell = '', ...words] = container.command!;
    const { status, stdout } = spawnSync(shell, [...words, ...container.args!], {
      env: { PATH: `${folder}:/usr/bin:/bin` },
      encoding: 'utf8',
    });
    expect(status).toBe(expected);
    expect(stdout.trim()).toBe(container.args!.join(' '));
  });

  it('uses flags that the doctor has', () => {
    const reference = readFileSync(join(FOLDER, '../../docs/reference/cli.md'), 'utf8');
    const [, section = ''] = reference.split('\n## doctor\n');
    for (const arg of container.args!) expect(section).toContain(`\`${arg.split('=')[0]} `);
  });
});

describe('the image of the doctor', () => {
  const dockerfile = readFileSync(join(FOLDER, 'doctor/Dockerfile'), 'utf8');

  it('passes its linter, and runs as a user without privileges', () => {
    expect(validate(dockerfile)).toEqual([]);
    expect(dockerfile).toContain('\nUSER 1001:1001\n');
    expect(dockerfile).toMatch(/^FROM node:\d+\.\d+\.\d+-[\w-]+@sha256:[0-9a-f]{64}$/m);
  });

  it('is tagged with the version of its package', () => {
    const version = /@pmcp\/doctor@(\S+)/.exec(dockerfile)?.[1];
    expect(container.image).toBe(`registry.example.com/pmcp-doctor:${version}`);
  });
});
