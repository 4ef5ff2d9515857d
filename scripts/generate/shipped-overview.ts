import { allDashboards } from '../../dashboards/dashboards.js';
import { panelQueries } from '../../packages/doctor/src/facts/panels.js';

/** The queries of the Overview's panels, so that the doctor can run the same ones. */
export function shippedOverview(): string {
  const overview = allDashboards().find(({ uid }) => uid === 'pmcp-overview')!;
  const entries = panelQueries(overview).map(({ title, queries }) =>
    [
      '  {',
      `    title: ${quoted(title)},`,
      '    queries: [',
      ...queries.map((query) => `      ${quoted(query)},`),
      '    ],',
      '  },',
    ].join('\n'),
  );
  return [
    '// Generated from dashboards/overview.ts by `npm run generate`.',
    '',
    "import type { PanelQueries } from './panels.js';",
    '',
    'export const OVERVIEW: readonly PanelQueries[] = [',
    ...entries,
    '];',
    '',
  ].join('\n');
}

/** Returns a text as a string literal, with the quotes that the formatter chooses. */
export function quoted(text: string): string {
  return text.includes("'") ? JSON.stringify(text) : `'${text}'`;
}
