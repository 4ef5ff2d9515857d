import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { catalog, type Metric } from '@pmcp/observability/catalog';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import * as external from '../../alerts/external.js';
import { allDashboards } from '../../dashboards/dashboards.js';
import { HISTOGRAM_FORMS, type HistogramForm } from '../../prometheus/promql.js';
import { run } from '../../scripts/tools/run.js';
import { withFiles } from '../rules/promtool.js';
import { promtool } from '../support/promtool.js';
import { filled, opened } from './fill.js';
import { knownMetrics } from './known-metrics.js';
import { LINTER } from './linter.js';
import { LOOKS } from './looks.js';
import { metricsOf } from './metrics.js';
import { type Dashboard, panelsOf, queriesOf } from './model.js';
import { STRUCTURE } from './structure.js';

const dashboardsFor = (form: HistogramForm) => allDashboards(form) as unknown as Dashboard[];

const histograms: string[] = [
  ...Object.values(catalog),
  ...Object.values(external).flatMap((metrics): Metric[] => Object.values(metrics)),
]
  .filter(({ type }) => type === 'histogram')
  .map(({ name }) => name);
const classic = histograms.flatMap((name) => ['bucket', 'sum', 'count'].map((part) => `${name}_${part}`));

/** The rule about existing metrics depends on the form; it is tested below. */
const { 'every metric exists': _, ...others } = STRUCTURE;

describe.each(HISTOGRAM_FORMS.filter((form) => form !== 'classic'))(
  'dashboards for %s histograms',
  (form) => {
    const dashboards = dashboardsFor(form);
    const uids = dashboards.map(({ uid }) => uid);

    it.each(dashboards)('follow every rule: $title', (dashboard) => {
      const rules = [LINTER, others, LOOKS].flatMap((rules) => Object.entries(rules));
      const broken = rules.map(([name, rule]) => [name, rule(dashboard, uids)] as const);
      expect(broken.filter(([, found]) => found.length > 0)).toEqual([]);
    });

    it.each(dashboards)('have queries that promtool accepts: $title', async (dashboard) => {
      const values = opened(dashboard);
      const rules = queriesOf(dashboard, 'prometheus').map(({ text }, index) => ({
        record: `panel:query:${index}`,
        expr: filled(text, values),
      }));
      const files = { 'rules.yaml': stringify({ groups: [{ name: 'panels', rules }] }) };
      await withFiles(files, (folder) => promtool('3', 'check', 'rules', `${folder}/rules.yaml`));
    });

    it('have the same panels as for classic histograms', () => {
      const titles = (all: Dashboard[]) => all.flatMap(panelsOf).map(({ title }) => title);
      expect(titles(dashboards)).toEqual(titles(dashboardsFor('classic')));
    });
  },
);

describe('a dashboard', () => {
  const read = (form: HistogramForm) => new Set(dashboardsFor(form).flatMap(metricsOf));
  const known = (form: HistogramForm) =>
    new Set([...knownMetrics(form), ...(form === 'classic' ? [] : histograms)]);

  it.each(HISTOGRAM_FORMS)('queries only metrics that exist with %s histograms', (form) => {
    expect([...read(form)].filter((name) => !known(form).has(name))).toEqual([]);
  });

  it('queries no classic parts where all histograms are native, and no native ones where none is', () => {
    expect([...read('native')].filter((name) => classic.includes(name))).toEqual([]);
    expect([...read('classic')].filter((name) => histograms.includes(name))).toEqual([]);
  });

  it('queries both where some are native', () => {
    const parts = [...read('classic')].filter((name) => classic.includes(name));
    const whole = [...read('native')].filter((name) => histograms.includes(name));
    expect(parts.length).toBeGreaterThan(5);
    expect([...read('both')]).toEqual(expect.arrayContaining([...parts, ...whole]));
  });

  it('draws one heatmap at a time where some are native', () => {
    const heatmaps = dashboardsFor('both')
      .flatMap(panelsOf)
      .filter(({ type }) => type === 'heatmap');
    expect(heatmaps.length).toBeGreaterThan(3);
    for (const panel of heatmaps) {
      const targets = (panel.targets ?? []).filter(({ exemplar }) => !exemplar);
      expect(targets.map(({ format }) => format)).toEqual(['heatmap', 'time_series']);
      expect(targets[1]?.expr).toContain(` unless on () (${targets[0]?.expr})`);
    }
  });
});

describe('build:dashboards', () => {
  const build = (...args: string[]) =>
    run(process.execPath, ['--import', 'tsx', 'scripts/publish/main.ts', ...args]);

  it('writes those for native histograms into another folder', async () => {
    await withFiles({}, async (folder) => {
      const written = (await build('--histograms', 'native', '--out', folder)).trim().split('\n');
      expect(written).toContain(join(folder, 'generated/pmcp-tools.json'));
      const text = await readFile(join(folder, 'generated-v2/pmcp-tools.json'), 'utf8');
      expect(text).toContain('sum by (name) (rate(pmcp_request_duration_seconds{');
      expect(text).not.toContain('_bucket');
    });
  });

  it.each([
    [['--histograms', 'native'], 'Expected --out or GRAFANA_URL beside --histograms native'],
    [['--histograms', 'nhcb'], 'Expected --histograms to be one of classic, native, both, got nhcb'],
  ])('rejects %j, because the committed ones are classic', async (args, message) => {
    await expect(build(...args)).rejects.toThrow(message);
  });
});
