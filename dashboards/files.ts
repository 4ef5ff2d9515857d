import { allDashboards } from './dashboards.js';

const dashboards = allDashboards();

/** What `npm run build:dashboards` writes, by its path from the root. */
export const dashboardFiles: Readonly<Record<string, () => string>> = {
  ...Object.fromEntries(
    dashboards.map((dashboard) => [
      `dashboards/generated/${dashboard.uid}.json`,
      () => `${JSON.stringify(dashboard, null, 2)}\n`,
    ]),
  ),
};
