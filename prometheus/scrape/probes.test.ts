import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { prometheusConfig } from './config.js';

it('lets the exporter connect to each address, which becomes the instance', () => {
  const probes = { exporter: 'blackbox:9115', targets: ['notes.example.com:443', '10.0.0.7:9090'] };
  const { scrape_configs } = parse(prometheusConfig({ probes }));
  expect(scrape_configs).toEqual([
    {
      job_name: 'blackbox',
      metrics_path: '/probe',
      params: { module: ['tls'] },
      static_configs: [{ targets: probes.targets }],
      relabel_configs: [
        { source_labels: ['__address__'], target_label: '__param_target' },
        { source_labels: ['__address__'], target_label: 'instance' },
        { target_label: '__address__', replacement: 'blackbox:9115' },
      ],
    },
  ]);
});
