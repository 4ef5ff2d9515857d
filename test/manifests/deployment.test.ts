import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resolveOptions } from '../../packages/observability/src/options.js';
import { Children } from '../../scripts/start/children.js';
import { type ServerUrls, startServer } from '../../scripts/start/server.js';
import { type Container, env, get, port, preStop } from './manifests.js';

const { metrics, shutdown } = resolveOptions({}, {});
const deployment = get('Deployment', 'base/deployment.yaml');
const template = deployment.spec!.template!;
const [server] = template.spec!.containers as [Container];

describe('the deployment of the notes server', () => {
  const children = new Children(() => {});
  let urls: ServerUrls;
  beforeAll(async () => {
    urls = await startServer(children);
  });
  afterAll(() => children.stop());

  it('probes paths that the server answers, on its port', async () => {
    const probes = [server.startupProbe, server.livenessProbe, server.readinessProbe];
    for (const probe of probes) {
      expect(probe?.httpGet?.port).toBe('metrics');
      expect((await fetch(`${urls.admin}${probe?.httpGet?.path}`)).status).toBe(200);
    }
    expect(probes.map((probe) => probe?.httpGet?.path)).toEqual([
      '/health/live',
      '/health/live',
      '/health/ready',
    ]);
  });

  it('points Prometheus to the metrics', async () => {
    const annotations = template.metadata?.annotations ?? {};
    expect(annotations['prometheus.io/scrape']).toBe('true');
    expect(Number(annotations['prometheus.io/port'])).toBe(port(server, 'metrics'));
    const page = await fetch(`${urls.admin}${annotations['prometheus.io/path']}`);
    expect(await page.text()).toContain('pmcp_active_connections');
  });

  it('sets the ports of the server to its declared ports, of which the metrics port is the default', () => {
    expect(port(server, 'http')).toBe(8080);
    expect(Number(env(server, 'PORT')?.value)).toBe(port(server, 'http'));
    expect(port(server, 'metrics')).toBe(metrics.port);
    expect(Number(env(server, 'PMCP_METRICS_PORT')?.value)).toBe(port(server, 'metrics'));
  });

  it('tells the server where it runs', () => {
    const field = (name: string) => env(server, name)?.valueFrom?.fieldRef?.fieldPath;
    expect(field('POD_NAME')).toBe('metadata.name');
    expect(field('POD_NAMESPACE')).toBe('metadata.namespace');
    expect(field('NODE_NAME')).toBe('spec.nodeName');
  });

  it('gives a pod the time that preStop and the drain need', () => {
    const needed = preStop(server) + shutdown.deadlineMs / 1000;
    expect(preStop(server)).toBeGreaterThan(0);
    expect(template.spec?.terminationGracePeriodSeconds).toBeGreaterThan(needed);
  });

  it('leaves the number of pods to the autoscaler', () => {
    expect(deployment.spec).not.toHaveProperty('replicas');
  });

  it('spreads pods', () => {
    const { affinity, topologySpreadConstraints } = template.spec!;
    const selectors = [
      affinity?.podAntiAffinity?.preferredDuringSchedulingIgnoredDuringExecution?.[0]?.podAffinityTerm,
      topologySpreadConstraints?.[0],
    ].map((rule) => rule?.labelSelector?.matchLabels);
    expect(selectors).toEqual([template.metadata?.labels, template.metadata?.labels]);
  });
});
