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
  it('is looked at: deployments, and the job', () => {
    const kinds = all.filter(({ kind }) => ['Deployment', 'CronJob'].includes(kind));
    expect(podTemplates).toHaveLength(kinds.length);
    expect(rows.length).toBeGreaterThan(podTemplates.length);
  });

  it.each(podTemplates)(
    'in $file has no token for the Kubernetes API, unless it is the doctor',
    ({ file, pod }) => {
      expect(pod.automountServiceAccountToken).toBe(file === 'doctor/cron-job.yaml');
    },
  );
});

describe('every container', () => {
  it.each(rows)('$title runs as somebody without rights', ({ pod, container }) => {
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

  it.each(rows)(
    '$title comes from an image of one version, by its digest where others made it',
    ({ container }) => {
      expect(container.image).toMatch(
        /^(registry\.example\.com\/[^:@]+:\d+\.\d+\.\d+|[^:@]+:\d+\.\d+(\.\d+)?(-\w+)?@sha256:[0-9a-f]{64})$/,
      );
    },
  );

  it.each(rows)('$title says what it needs, and how much memory it may take', ({ container }) => {
    expect(container.resources?.requests).toEqual({ cpu: expect.anything(), memory: expect.anything() });
    expect(container.resources?.limits?.memory).toBeDefined();
  });

  it.each(rows)('$title takes secrets from a Secret', ({ container }) => {
    const literal = (container.env ?? []).filter(({ value }) => value !== undefined);
    expect(literal.filter(({ name }) => /PASS|SECRET|TOKEN|KEY/i.test(name))).toEqual([]);
  });
});
