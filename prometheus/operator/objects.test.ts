import { PodMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PodMonitor';
import { Probe } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/Probe';
import { PrometheusRule } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PrometheusRule';
import { ServiceMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/ServiceMonitor';
import { ScrapeConfig } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1alpha1/ScrapeConfig';
import { catalog } from '@pmcp/observability/catalog';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { prometheusFiles } from '../files.js';
import { gauge, rate, select } from '../promql.js';
import type { Options } from '../scrape/options.js';
import { podRules } from '../scrape/pods.js';
import { podMonitor, prometheusRule, scrapeConfigs, serviceMonitor } from './objects.js';

const metadata = { name: 'pmcp', namespace: 'monitoring', labels: { release: 'kube-prometheus-stack' } };
const models = { PodMonitor, Probe, ServiceMonitor, ScrapeConfig, PrometheusRule };

/** @throws if the operator's schema rejects the object */
function validate(object: object): void {
  const { kind } = object as { kind: keyof typeof models };
  new models[kind](object as never).validate();
}

const variants: Options[] = [
  {},
  { interval: '15s', timeout: '5s' },
  { kubernetes: { namespaces: ['default', 'tools'], job: 'servers', port: 9464 } },
  { kubernetes: { selector: 'app=notes,tier!=test,env in (a, b),!legacy' } },
];

describe('the objects of the operator', () => {
  it.each(variants)('are valid for its schema: %j', (options) => {
    expect(() => validate(podMonitor(metadata, options))).not.toThrow();
    expect(() => validate(serviceMonitor(metadata, options))).not.toThrow();
  });

  it.each(Object.keys(prometheusFiles).filter((path) => path.includes('/operator/')))(
    'are valid as in %s',
    (path) => {
      const documents = parseAllDocuments(prometheusFiles[path]!());
      expect(documents.length).toBeGreaterThan(0);
      for (const document of documents) expect(() => validate(document.toJS())).not.toThrow();
    },
  );

  it('are checked by a schema that rejects invalid ones', () => {
    const object = podMonitor(metadata, {});
    const bad = {
      ...object,
      spec: { ...object.spec, podMetricsEndpoints: [{ relabelings: [{ action: 'kepp' }] }] },
    };
    expect(() => validate(bad)).toThrow('relabelings/0/action');
  });

  it('select what the options select', () => {
    const [, , some, labelled] = variants.map((options) => podMonitor(metadata, options).spec);
    expect(some?.namespaceSelector).toEqual({ matchNames: ['default', 'tools'] });
    expect(some?.selector).toEqual({});
    expect(labelled?.namespaceSelector).toEqual({ any: true });
    expect(labelled?.selector).toEqual({
      matchExpressions: [
        { key: 'app', operator: 'In', values: ['notes'] },
        { key: 'tier', operator: 'NotIn', values: ['test'] },
        { key: 'env', operator: 'In', values: ['a', 'b'] },
        { key: 'legacy', operator: 'DoesNotExist' },
      ],
    });
  });

  it('relabel as Prometheus does without the operator', () => {
    const [endpoint] =
      podMonitor(metadata, { kubernetes: { job: 'servers', port: 9464 } }).spec.podMetricsEndpoints ?? [];
    const rules = endpoint?.relabelings?.map(({ sourceLabels, targetLabel, ...rule }) => ({
      ...rule,
      ...(sourceLabels && { source_labels: sourceLabels }),
      ...(targetLabel && { target_label: targetLabel }),
    }));
    expect(rules).toEqual(podRules('servers', 9464));
  });

  it('scrape listed targets and targets in files, with one job each', () => {
    const objects = scrapeConfigs(metadata, {
      targets: [{ job: 'Redis_', targets: ['redis:9121'], labels: { team: 'a' } }],
      files: [{ job: 'stdio', paths: ['/etc/targets/*.json'] }],
    });
    for (const object of objects) expect(() => validate(object)).not.toThrow();
    expect(objects.map(({ metadata, spec }) => ({ name: metadata?.name, spec }))).toEqual([
      {
        name: 'pmcp-redis',
        spec: {
          staticConfigs: [{ targets: ['redis:9121'], labels: { team: 'a' } }],
          relabelings: [{ targetLabel: 'job', replacement: 'Redis_' }],
        },
      },
      {
        name: 'pmcp-stdio',
        spec: {
          fileSDConfigs: [{ files: ['/etc/targets/*.json'] }],
          relabelings: [{ targetLabel: 'job', replacement: 'stdio' }],
        },
      },
    ]);
  });

  it('wrap groups of rules', () => {
    const groups = [
      {
        name: 'pmcp',
        interval: '1m',
        rules: [
          { record: 'job:pmcp_requests:rate5m', expr: String(rate(catalog.requests, { by: ['job'] })) },
          {
            alert: 'PmcpNotReady',
            expr: String(select(catalog.ready).eq(0)),
            for: '5m',
            labels: { severity: 'warning' },
            annotations: { summary: 'A server does not accept work.' },
          },
          { record: 'x', expr: String(select(gauge('job:pmcp_requests:rate5m', []))) },
        ],
      },
    ];
    const object = prometheusRule(metadata, groups);
    expect(() => validate(object)).not.toThrow();
    expect(object).toEqual({
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'PrometheusRule',
      metadata,
      spec: { groups },
    });
    expect(() => validate(prometheusRule(metadata, [{ rules: [] }] as never))).toThrow('groups/0');
  });

  it('are rejected for options that Prometheus rejects', () => {
    for (const make of [podMonitor, serviceMonitor, scrapeConfigs]) {
      expect(() => make(metadata, { interval: 'often' as '1m' })).toThrow('Expected `interval` to be');
    }
  });
});
