import { readdirSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { RelabelRule } from '../../../prometheus/scrape/options.js';
import { podRules } from '../../../prometheus/scrape/pods.js';
import type { KubernetesObject } from '../../manifests/schema.js';
import { relabel, visible } from '../../support/relabel.js';
import { type GivenValues, LEAST, OWN_GATEWAY, rendered, WITH_PROXY } from '../support/chart.js';
import { merged } from '../support/switches.js';

let objects: readonly KubernetesObject[];

beforeAll(async () => {
  const all = ['prometheusRule', 'dashboards', 'podMonitor'].map((name) => [name, { enabled: true }]);
  objects = await rendered({ ...LEAST, ...Object.fromEntries(all), proxy: WITH_PROXY });
});

const some = <T>(kind: string) => objects.filter((object) => object.kind === kind) as unknown as T[];

describe('what the chart installs for a whole cluster', () => {
  it('are all rules that we ship, and nothing in them was taken for a template', () => {
    const shipped = parse(readFileSync('alerts/generated/prometheus-rule.yaml', 'utf8'));
    expect(some<{ spec: object }>('PrometheusRule').map(({ spec }) => spec)).toEqual([shipped.spec]);
  });

  it('are all dashboards that we ship, where Grafana looks for them', () => {
    const maps = some<{ metadata: { labels: object }; data: Record<string, string> }>('ConfigMap');
    const files = readdirSync('dashboards/generated').filter((name) => name.endsWith('.json'));
    expect(maps.flatMap(({ data }) => Object.keys(data)).sort()).toEqual(files.sort());
    for (const { metadata, data } of maps) {
      expect(metadata.labels).toMatchObject({ grafana_dashboard: '1' });
      for (const [file, text] of Object.entries(data))
        expect(JSON.parse(text)).toEqual(JSON.parse(readFileSync(`dashboards/generated/${file}`, 'utf8')));
    }
  });
});

interface Endpoint {
  readonly port: string;
  readonly relabelings: readonly (Omit<RelabelRule, 'source_labels' | 'target_label'> & {
    readonly sourceLabels?: string[];
    readonly targetLabel?: string;
  })[];
}

const POD = '__meta_kubernetes_pod';
const meta = {
  __meta_kubernetes_namespace: 'notes',
  [`${POD}_name`]: 'notes-1',
  [`${POD}_node_name`]: 'node-1',
  [`${POD}_phase`]: 'Running',
  [`${POD}_container_name`]: 'observability',
  [`${POD}_container_init`]: 'true',
  [`${POD}_label_app_kubernetes_io_name`]: 'notes',
  [`${POD}_label_name`]: 'hides a label of metrics',
  [`${POD}_annotation_prometheus_io_scrape`]: 'true',
  [`${POD}_annotation_prometheus_io_port`]: '9090',
  [`${POD}_annotation_prometheus_io_container`]: 'observability',
};

describe('the Probe', () => {
  const probes = async (values: GivenValues) =>
    (await rendered(merged(merged(LEAST, values), { certificateProbe: { enabled: true } }))).filter(
      ({ kind }) => kind === 'Probe',
    ) as unknown as { readonly spec: object }[];

  it('is that which we ship: for the name of the route', async () => {
    const shipped = parse(readFileSync('prometheus/generated/operator/probe.yml', 'utf8'));
    const names = merged(OWN_GATEWAY, { httpRoute: { hostnames: ['mcp.example.internal'] } });
    expect((await probes(names)).map(({ spec }) => spec)).toEqual([shipped.spec]);
  });

  it('covers the names of route and Ingress, each once, or only the addresses that the user lists', async () => {
    const ingress = { enabled: true, host: 'old.example.com', tlsSecret: 'a' };
    const httpRoute = { ...OWN_GATEWAY.httpRoute, parentRefs: [{ name: 'public' }] };
    const hostnames = ['notes.example.com', 'old.example.com'];
    const both = await probes({ httpRoute: { ...httpRoute, hostnames }, ingress });
    expect(both).toMatchObject([targets(['notes.example.com:443', 'old.example.com:443'])]);
    const listed = await probes({ ingress, certificateProbe: { targets: ['10.0.0.7:8443'] } });
    expect(listed).toMatchObject([targets(['10.0.0.7:8443'])]);
  });

  const targets = (addresses: readonly string[]) => ({
    spec: { targets: { staticConfig: { static: addresses } } },
  });
});

describe('the PodMonitor', () => {
  it('gives series the same labels as the annotations do, so that dashboards and alerts find them', async () => {
    const [monitor] = some<{ spec: { podMetricsEndpoints: readonly Endpoint[] } }>('PodMonitor');
    const [{ port, relabelings } = { port: '', relabelings: [] }] = monitor!.spec.podMetricsEndpoints;
    expect(port).toBe('metrics');
    const rules = relabelings.map(({ sourceLabels, targetLabel, ...rule }) => ({
      ...rule,
      ...(sourceLabels && { source_labels: sourceLabels }),
      ...(targetLabel && { target_label: targetLabel }),
    }));
    const targets = [{ name: 'pod', address: '10.0.0.1:9090', meta }];
    const monitored = visible((await relabel('3', rules, targets)).get('pod'));
    const annotated = visible((await relabel('3', podRules('pmcp'), targets)).get('pod'));
    expect(monitored).toMatchObject({ kubernetes_pod_name: 'notes-1', container: 'observability' });
    expect(monitored).toEqual(annotated);
  });
});
