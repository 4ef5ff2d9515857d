import { describe, expect, it } from 'vitest';
import { composed, prometheus, volumes } from '../../support/composed.js';
import { diagnosis } from '../../support/doctor.js';
import { RULES } from '../../support/shipped-rules.js';

const MOUNTS = volumes('./prometheus.yml:/etc/prometheus/prometheus.yml', './rules:/etc/prometheus/rules');
const ONE_FILE = volumes(
  './prometheus.yml:/etc/prometheus/prometheus.yml',
  './rules/alert-rules.yaml:/etc/prometheus/rules/ours.yml',
);
const job = (name: string, more = '', target = 'notes:9464', labels = '') =>
  `  - { job_name: ${name}, static_configs: [{ targets: ['${target}']${labels} }]${more} }\n`;
const SHIPPED = RULES['alert-rules.yaml'];
const configured = (jobs: string, files = 'rules/*.yaml', rules = SHIPPED) => ({
  'prometheus.yml': `rule_files: ['${files}']\nscrape_configs:\n${jobs}`,
  'rules/alert-rules.yaml': rules,
});
type Files = ReturnType<typeof configured>;

const BROKEN: Readonly<Record<string, readonly (readonly [files: Files, found: string, mounts?: string])[]>> =
  {
    'PMCP-D423': [
      [configured(job('mcp-servers')), 'job mcp-servers scrapes notes, and the rules ask for pmcp.*'],
      [
        configured(job('mcp'), '/etc/prometheus/rules/ours.yml'),
        'job mcp scrapes notes, and the rules ask for pmcp.*',
        ONE_FILE,
      ],
      [
        configured(job('pmcp'), 'rules/*.yaml', SHIPPED.replaceAll('pmcp.*', 'shop-.*')),
        'job pmcp scrapes notes, and the rules ask for shop-.*',
      ],
    ],
  };

const HEALTHY: Readonly<Record<string, Files>> = {
  'a job of that name': configured(job('pmcp-notes')),
  'another job beside it': configured(job('pmcp') + job('all')),
  'a job of others': configured(job('pmcp') + job('node', '', 'node-exporter:9100')),
  'a job that is named later': configured(
    job('mcp', ', relabel_configs: [{ target_label: job, replacement: pmcp }]'),
  ),
  'a job that its targets name': configured(job('mcp', '', 'notes:9464', ', labels: { job: pmcp }')),
  'a probe of the server': configured(job('pmcp') + job('probe', ', metrics_path: /probe')),
  'rules of others': configured(job('mcp'), 'rules/*.yaml', 'groups: []\n'),
};

describe('the doctor on the jobs of Compose', () => {
  const others = prometheus(MOUNTS) + '  node-exporter: { image: exporter:1 }\n';
  const rows = Object.entries(BROKEN).flatMap(([code, all]) =>
    all.map(([files, found, mounts = MOUNTS]) => ({ code, files, found, mounts })),
  );
  it.concurrent.each(rows)('says $code: $found', async ({ code, files, found, mounts }) => {
    expect(await diagnosis({ manifests: composed(prometheus(mounts), files) })).toEqual({ [code]: [found] });
  });

  it.concurrent.each(Object.entries(HEALTHY))('finds nothing wrong with %s', async (_, files) => {
    expect(await diagnosis({ manifests: composed(others, files) })).toEqual({});
  });
});
