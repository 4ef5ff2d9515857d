import { CannotRun } from '../../check.js';
import { emptyPanels } from '../../facts/empty-panels.js';
import { throughGrafana } from '../../facts/grafana-prometheus.js';
import { ownTarget } from '../../facts/own-target.js';
import { panelQueries } from '../../facts/panels.js';
import { storedDashboards } from '../../facts/stored-dashboards.js';
import { told } from '../prometheus/panels.js';
import { grafanaCheck } from './define.js';

interface Vector {
  readonly result: readonly object[];
}

export const panelsHaveDataInGrafana = grafanaCheck({
  code: 'PMCP-D266',
  title: 'The panels of the Overview have data of the server in Grafana.',
  why: 'What people look at goes through the data source, with the queries of the dashboard as it is there.',
  cure: 'Open the panel, Edit, Query inspector: it shows the query and its answer. Publish the dashboards again if somebody has changed the query.',
  severity: 'fail',
  rights: 'GET of `/api/datasources/proxy/…`: `datasources:query`; and what PMCP-D150 needs.',
  needs: ['grafana', 'url', 'prometheus'],
  after: ['PMCP-D150', 'PMCP-D253', 'PMCP-D255', 'PMCP-D262'],
  async run(context) {
    const overview = (await context.get(storedDashboards)).find(({ uid }) => uid === 'pmcp-overview');
    const panels = panelQueries(overview?.spec ?? {});
    if (panels.length === 0)
      throw new CannotRun('the Overview is kept in the newer schema, of which only the classic one is read');
    const empty = await emptyPanels(context, panels, async (expression) => {
      const path = `query?query=${encodeURIComponent(expression)}`;
      return (await throughGrafana<Vector>(context, path)).result.length > 0;
    });
    return told(empty, (await context.get(ownTarget))?.labels.instance ?? '');
  },
});
