import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  DashboardBuilder,
  DashboardCursorSync,
  type Panel,
  type VariableModel,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { catalog } from '@pmcp/observability/catalog';
import type { HistogramForm } from '../prometheus/promql.js';
import { deployments, firing } from './annotations.js';
import { finished, type Json } from './finish.js';
import { placed, type Section } from './layout.js';
import { linksFrom } from './links.js';
import type { SourceKind } from './sources.js';
import { TAG, titleOf, type Uid } from './uids.js';
import { sourceVariables, targetVariables } from './variables.js';

export interface Definition {
  readonly uid: Uid;
  /** The question that it answers. */
  readonly description: string;
  readonly sources?: readonly SourceKind[];
  /** The series from which the targets are listed; by default one that every server has from its first scrape on. */
  readonly targets?: string;
  /** Variables beside those that choose targets. */
  readonly variables?: readonly Builder<VariableModel>[];
  /** The start of the time range that it opens with; the last hour if not given. */
  readonly from?: string;
  readonly sections: readonly Section[];
}

/** A dashboard as Grafana stores it. */
export interface Dashboard extends Json {
  readonly uid: string;
  readonly title: string;
  readonly panels: readonly Panel[];
}

/** @param form the form of the histograms in Prometheus */
export function dashboard(definition: Definition, form: HistogramForm): Dashboard {
  const { uid, description, sources = ['prometheus'], variables = [], from = 'now-1h' } = definition;
  const { targets = catalog.ready.name } = definition;
  const built = new DashboardBuilder(titleOf(uid))
    .uid(uid)
    .description(description)
    .tags([TAG])
    .readonly()
    .tooltip(DashboardCursorSync.Crosshair)
    .time({ from, to: 'now' })
    .refresh('30s')
    .variables([...sourceVariables(sources), ...targetVariables(targets), ...variables])
    .annotations([deployments(), firing()])
    .links(linksFrom(uid))
    .build();
  return finished({ ...built, panels: placed(definition.sections, form) }, sources) as Dashboard;
}
