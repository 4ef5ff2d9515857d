import { allDashboards } from '../../dashboards/dashboards.js';

type Dashboard = ReturnType<typeof allDashboards>[number];
interface Panel {
  readonly type: string;
  readonly title?: string;
  readonly description?: string;
  readonly panels?: readonly Panel[];
}

/**
 * A page with a stable address for each dashboard, by its path.
 * Alerts link to these pages until the user sets the address of a Grafana.
 */
export const dashboardPages: Readonly<Record<string, () => string>> = Object.fromEntries(
  allDashboards().map((dashboard) => [`docs/dashboards/${dashboard.uid}/README.md`, () => page(dashboard)]),
);

function page({ title, description, uid, panels }: Dashboard): string {
  return `# ${title}

<!-- Generated from dashboards/ by \`npm run generate\`. -->

${description ?? ''}

In Grafana it has the uid \`${uid}\`. \`pmcp-observability dashboards publish\` brings it there.
Set \`--dashboard-url\` of \`pmcp-observability assets\` to your Grafana, and alerts link to the dashboard itself.

${(panels as unknown as readonly Panel[]).flatMap(lines).join('\n')}
`;
}

function lines({ type, title = '', description = '', panels = [] }: Panel): string[] {
  if (type === 'row') return ['', `## ${title}`, '', ...panels.flatMap(lines)];
  return title === '' ? [] : [`- **${title}**: ${description.replaceAll('\n', ' ')}`];
}
