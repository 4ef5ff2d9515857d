import { describe, expect, it } from 'vitest';
import { all, type Container, type PodSpec, podTemplates } from './manifests.js';

interface Row {
  readonly pod: PodSpec;
  readonly container: Container;
  readonly title: string;
}

const rows: Row[] = podTemplates.flatMap(({ file, pod }) =>
  pod.containers.map((container) => ({ pod, container, title: `${container.name} in ${file}` })),
);

describe('every pod', () => {
  it('is checked: deployments, and the job', () => {
    const kinds = all.filter(({ kind }) => ['Deployment', 'CronJob'].includes(kind));
    expect(podTemplates).toHaveLength(kinds.length);
    expect(rows.length).toBeGreaterThan(podTemplates.length);
  });

  it.each(podTemplates)(
    'in $file has no token for the Kubernetes API, except for the doctor',
    ({ file, pod }) => {
      expect(pod.automountServiceAccountToken).toBe(file === 'doctor/cron-job.yaml');
    },
  );
});

describe('every container', () => {
  it.each(rows)('$title runs as a user without privileges', ({ pod, container }) => {
    expect(pod.securityContext).toMatchObject({
      runAsNonRoot: true,
      runAsUser: 1001,
      runAsGroup: 1001,
      seccompProfile: { type: 'RuntimeDefault' },
    });
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      privileged: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
  });

  it.each(rows)('$title has an image of one version, with a digest if it is not ours', ({ container }) => {
    expect(container.image).toMatch(
      /^(registry\.example\.com\/[^:@]+:\d+\.\d+\.\d+|[^:@]+:\d+\.\d+(\.\d+)?(-\w+)?@sha256:[0-9a-f]{64})$/,
    );
  });

  it.each(rows)('$title has resource requests and a memory limit', ({ container }) => {
    expect(container.resources?.requests).toMatchObject({
      cpu: expect.anything(),
      memory: expect.anything(),
    });
    expect(container.resources?.limits?.memory).toBeDefined();
  });

  it.each(rows)('$title reads secrets from a Secret', ({ pod, container }) => {
    const literal = (container.env ?? []).filter(({ value }) => value !== undefined);
    const secret = literal.filter(({ name }) => /PASS|SECRET|TOKEN|KEY/i.test(name));
    const folders = (container.volumeMounts ?? [])
      .filter(({ name }) => pod.volumes?.find((volume) => volume.name === name)?.secret)
      .map(({ mountPath }) => mountPath);
    const ofFiles = ({ name, value = '' }: { name: string; value?: string }) =>
      name.endsWith('_FILE') && folders.some((folder) => value.startsWith(`${folder}/`));
    expect(secret.filter((variable) => !ofFiles(variable))).toEqual([]);
  });
});
