import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ICertificate } from '@kubernetes-models/cert-manager/cert-manager.io/v1';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { resolveOptions } from '../../packages/observability/src/options.js';
import { DEPLOYMENTS, OPERATED_OVER_MTLS } from '../../prometheus/deployments.js';
import { podMonitor } from '../../prometheus/operator/objects.js';
import { all, FOLDER, get, type PodSpec } from './manifests.js';

const files = ['mtls/certificate.yaml', 'prometheus-mtls/certificate.yaml'];
const certificates = new Map(
  all
    .filter(({ file }) => files.includes(file))
    .map(({ object }) => [object.metadata.name, object as ICertificate]),
);

interface Operation {
  readonly op: string;
  readonly path: string;
  readonly value: never;
}

interface Template {
  readonly spec: { readonly template: { readonly spec: PodSpec } };
}

interface Patch {
  readonly target: { readonly kind: string; readonly annotationSelector?: string };
  readonly patch: string;
}

/** What changes a pod in which the server is in front of the clients. */
const isOfServer = ({ target: { kind, annotationSelector = '' } }: Patch) =>
  kind === 'Deployment' && !annotationSelector.endsWith('/front=proxy');

/** Returns the pod of `base` with the changes of the component. */
function patched() {
  const { spec } = get('Deployment', 'base/deployment.yaml');
  const pod = structuredClone(spec!.template.spec!) as PodSpec;
  const { patches } = parse(readFileSync(join(FOLDER, 'mtls/kustomization.yaml'), 'utf8'));
  const [secret, mounts, added] = (patches as Patch[])
    .filter(isOfServer)
    .map(({ patch }) => parse(patch)) as [Template, Template, Operation[]];
  Object.assign(pod, { volumes: secret.spec.template.spec.volumes });
  Object.assign(pod.containers[0]!, {
    volumeMounts: mounts.spec.template.spec.containers[0]?.volumeMounts,
  });
  for (const { op, path, value } of added) {
    expect(op).toBe('add');
    const keys = path.replace('/spec/template/spec/', '').split('/');
    const last = keys.pop()!;
    const target = keys.reduce<object>((object, key) => object[key as never], pod) as Record<string, unknown>;
    if (Array.isArray(target)) target.push(value);
    else target[last] = value;
  }
  return pod;
}

describe('the pods over mutual TLS', () => {
  it('mount what cert-manager writes, and read it by variables of the toolkit', () => {
    const { containers, volumes = [] } = patched();
    const [container] = containers;
    expect(volumes[0]?.secret?.secretName).toBe(certificates.get('pmcp-metrics')?.spec.secretName);
    const [mount] = container?.volumeMounts ?? [];
    const env = Object.fromEntries((container?.env ?? []).map(({ name, value }) => [name, value]));
    const { tls } = resolveOptions({}, env).metrics.access.files;
    expect(tls).toEqual({
      cert: `${mount?.mountPath}/tls.crt`,
      key: `${mount?.mountPath}/tls.key`,
      clientCa: `${mount?.mountPath}/ca.crt`,
    });
  });

  it('are probed over TLS', () => {
    const [container] = patched().containers;
    for (const probe of ['startupProbe', 'livenessProbe', 'readinessProbe'] as const)
      expect(container?.[probe]?.httpGet?.scheme).toBe('HTTPS');
  });

  it('have the name that Prometheus expects, and Prometheus has the Secret of its monitors', () => {
    const { tls } = DEPLOYMENTS['kubernetes-mtls']!.servers!;
    expect(certificates.get('pmcp-metrics')?.spec.dnsNames).toContain(tls?.serverName);
    const [endpoint] = podMonitor({ name: 'x' }, OPERATED_OVER_MTLS).spec.podMetricsEndpoints!;
    const secret = certificates.get('pmcp-scrape')?.spec.secretName;
    expect(endpoint?.tlsConfig).toMatchObject({
      ca: { secret: { name: secret, key: 'ca.crt' } },
      cert: { secret: { name: secret, key: 'tls.crt' } },
      keySecret: { name: secret, key: 'tls.key' },
    });
  });
});
