import type * as v2 from '@grafana/grafana-foundation-sdk/dashboardv2';
import {
  DashboardAPIVersion,
  DashboardCursorSync,
  DashboardKind,
} from '@grafana/grafana-foundation-sdk/dashboardv2';
import type { Dashboard } from '../dashboard.js';
import type { Classic } from './classic.js';
import { layoutOf } from './layout.js';
import { annotationOf, linkOf } from './notes.js';
import { elementsOf } from './panels.js';
import { variableOf } from './variables.js';

interface Resource {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: v2.Dashboard;
}

/**
 * Returns the dashboard in the schema that Grafana uses since version 13, with tabs if there are many rows.
 *
 * @param optional titles of sections that are left out while they are empty
 */
export function resourceOf(dashboard: Dashboard, optional: ReadonlySet<string>): Resource {
  const classic = dashboard as unknown as Classic;
  const { uid, title, description, tags, time, refresh } = classic;
  return {
    apiVersion: DashboardAPIVersion,
    kind: DashboardKind,
    metadata: { name: uid },
    spec: {
      title,
      description,
      tags: [...tags],
      editable: false,
      preload: false,
      cursorSync: DashboardCursorSync.Crosshair,
      annotations: classic.annotations.list.map(annotationOf),
      links: classic.links.map(linkOf),
      timeSettings: {
        ...time,
        autoRefresh: refresh,
        autoRefreshIntervals: ['10s', '30s', '1m', '5m', '15m'],
        hideTimepicker: false,
        fiscalYearStartMonth: 0,
      },
      variables: classic.templating.list.map(variableOf),
      elements: elementsOf(classic.panels),
      layout: layoutOf(classic.panels, optional),
    },
  };
}
