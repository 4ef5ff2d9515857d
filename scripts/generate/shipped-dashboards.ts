import { allDashboards, optionalSections } from '../../dashboards/dashboards.js';
import { titleOf, UIDS } from '../../dashboards/uids.js';
import { resourceOf } from '../../dashboards/v2/resource.js';
import { queriesOf, signOfDashboard, signsOfPanels } from '../../packages/doctor/src/facts/dashboard-sign.js';
import { seriesIn } from '../../packages/doctor/src/facts/series.js';
import type { HistogramForm } from '../../prometheus/promql.js';

const FORMS: readonly HistogramForm[] = ['classic', 'native', 'both'];

import { quoted } from './shipped-overview.js';

/**
 * Signs with which the doctor recognises the shipped dashboards in a Grafana,
 * in every form that can be built.
 */
export function shippedDashboards(): string {
  const built = FORMS.flatMap((form) => allDashboards(form));
  const entries = UIDS.flatMap((uid) => {
    const own = built.filter((dashboard) => dashboard.uid === uid);
    const specs = own.flatMap((dashboard) => [
      dashboard,
      { ...resourceOf(dashboard, optionalSections(uid)).spec },
    ]);
    const panels = new Map<string, Set<string>>();
    for (const dashboard of own)
      for (const [title, sign] of signsOfPanels(dashboard))
        panels.set(title, (panels.get(title) ?? new Set()).add(sign));
    return [
      `  '${uid}': {`,
      `    title: '${titleOf(uid)}',`,
      `    signs: ${quoted([...new Set(specs.map(signOfDashboard))].join(' '))},`,
      '    panels: {',
      ...[...panels].map(([title, signs]) => `      ${key(title)}: ${quoted([...signs].join(' '))},`),
      '    },',
      '  },',
    ];
  });
  const recordings = [...new Set(queriesOf(built).flatMap(seriesIn))]
    .filter((name) => name.includes(':'))
    .sort();
  return [
    '// Generated from dashboards/ by `npm run generate`.',
    '',
    '/** A dashboard that ships, with the signs of all forms in which it is built. */',
    'export interface ShippedDashboard {',
    '  readonly title: string;',
    '  readonly signs: string;',
    '  /** Of each panel, by its title. */',
    '  readonly panels: Readonly<Record<string, string>>;',
    '}',
    '',
    'export const SHIPPED_DASHBOARDS: Readonly<Record<string, ShippedDashboard>> = {',
    ...entries,
    '};',
    '',
    '/** What rules record, in one form or another, and a dashboard draws. */',
    'export const DRAWN_RECORDINGS: readonly string[] = [',
    ...recordings.map((name) => `  '${name}',`),
    '];',
    '',
  ].join('\n');
}

function key(title: string): string {
  return /^[A-Za-z]\w*$/.test(title) ? title : quoted(title);
}
