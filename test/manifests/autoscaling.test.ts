import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { catalog } from '@pmcp/observability/catalog';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { adapterQuery, adapterRules, labelOf } from './adapter.js';
import { FOLDER, get } from './manifests.js';

const deployment = get('Deployment', 'base/deployment.yaml');
const hpa = get('HorizontalPodAutoscaler', 'hpa/horizontal-pod-autoscaler.yaml').spec!;
const keda = get('ScaledObject', 'keda/scaled-object.yaml').spec!;
const container = deployment.spec?.template?.spec?.containers?.[0]?.name;
const policies = (percent: number, pods: number, periodSeconds: number) => [
  { type: 'Percent', value: percent, periodSeconds },
  { type: 'Pods', value: pods, periodSeconds },
];

describe('the horizontal pod autoscaler', () => {
  it('scales the deployment from 3 to 10 pods', () => {
    expect(hpa.scaleTargetRef).toEqual({
      apiVersion: deployment.apiVersion,
      kind: deployment.kind,
      name: deployment.metadata?.name,
    });
    expect([hpa.minReplicas, hpa.maxReplicas]).toEqual([3, 10]);
  });

  it('scales up at once and down slowly', () => {
    expect(hpa.behavior).toEqual({
      scaleUp: { stabilizationWindowSeconds: 0, selectPolicy: 'Max', policies: policies(100, 2, 15) },
      scaleDown: { stabilizationWindowSeconds: 300, selectPolicy: 'Max', policies: policies(10, 1, 60) },
    });
  });

  it('has targets of 70 % CPU, 80 % memory and 100 connections per pod', () => {
    const [cpu, memory, connections] = hpa.metrics!;
    const utilization = (averageUtilization: number) => ({ type: 'Utilization', averageUtilization });
    expect(cpu?.containerResource).toEqual({ name: 'cpu', container, target: utilization(70) });
    expect(memory?.containerResource).toEqual({ name: 'memory', container, target: utilization(80) });
    expect(connections?.pods).toEqual({
      metric: { name: catalog.activeConnections.name },
      target: { type: 'AverageValue', averageValue: '100' },
    });
  });

  it('uses the metric name that the adapter serves', () => {
    const asked = hpa.metrics?.flatMap(({ pods }) => pods?.metric.name ?? []);
    expect(adapterRules().map(({ name }) => name.as)).toEqual(asked);
  });
});

describe('the scaled object', () => {
  it('scales the same deployment in the same way', () => {
    expect(keda.scaleTargetRef.name).toBe(hpa.scaleTargetRef.name);
    expect([keda.minReplicaCount, keda.maxReplicaCount]).toEqual([hpa.minReplicas, hpa.maxReplicas]);
    expect(keda.advanced?.horizontalPodAutoscalerConfig?.behavior).toEqual(hpa.behavior);
  });

  it('has the same targets', () => {
    const [cpu, memory, connections] = hpa.metrics!;
    const targets = [
      cpu?.containerResource?.target.averageUtilization,
      memory?.containerResource?.target.averageUtilization,
      connections?.pods?.target.averageValue,
    ];
    expect(keda.triggers.map(({ metadata }) => metadata.value ?? metadata.threshold)).toEqual(
      targets.map(String),
    );
    expect(keda.triggers.map(({ metricType }) => metricType)).toEqual(
      hpa.metrics?.map(({ containerResource, pods }) => (containerResource ?? pods)?.target.type),
    );
    expect(keda.triggers.map(({ metadata }) => metadata.containerName)).toEqual(
      hpa.metrics?.map(({ containerResource }) => containerResource?.container),
    );
  });

  it('sums the connections of the deployment, and ignores a missing result', () => {
    const { query = '', ignoreNullValues } = keda.triggers[2]!.metadata;
    const { namespace } = parse(readFileSync(join(FOLDER, 'base/kustomization.yaml'), 'utf8'));
    const pods = `{kubernetes_namespace="${namespace}", container="${container}"}`;
    expect(query).toBe(
      `sum( last_over_time(${catalog.activeConnections.name}${pods}[10m]) and on (kubernetes_pod_name) up${pods} )`,
    );
    expect(ignoreNullValues).toBe('false');
  });
});

describe('the metrics of the autoscalers', () => {
  it('have these labels with the shipped scrape configuration', () => {
    const config = parse(readFileSync('prometheus/generated/kubernetes.yml', 'utf8')) as {
      scrape_configs: { job_name: string; relabel_configs: { target_label?: string }[] }[];
    };
    const job = config.scrape_configs.find(({ job_name }) => job_name === 'pmcp');
    const labels = job?.relabel_configs.map(({ target_label }) => target_label);
    const asked = [...(keda.triggers[2]?.metadata.query ?? '').matchAll(/(\w+)="/g)].map(
      ([, label]) => label,
    );
    const [rule] = adapterRules();
    asked.push(labelOf(rule!, 'namespace'), labelOf(rule!, 'pod'));
    asked.push('kubernetes_pod_name');
    expect(asked).toHaveLength(7);
    expect(labels).toEqual(expect.arrayContaining(asked));
  });
});

describe('the rule of prometheus-adapter', () => {
  it('becomes the query that prometheus-adapter 0.12 makes from it', () => {
    expect(adapterQuery(adapterRules()[0]!, 'notes', ['notes-1', 'notes-2'])).toBe(
      'sum(pmcp_active_connections{kubernetes_namespace="notes",kubernetes_pod_name=~"notes-1|notes-2"}) by (kubernetes_pod_name)',
    );
  });
});
