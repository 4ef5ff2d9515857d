import { BarGaugePanel } from './bar-gauge.js';
import { HeatmapPanel } from './heatmap.js';
import type { PanelKind } from './panel.js';
import { StatPanel } from './stat.js';
import { StateTimelinePanel } from './state-timeline.js';
import { TablePanel } from './table.js';
import { TimeSeriesPanel } from './time-series.js';

/** The kinds of panels that can be drawn, by their name in dashboards. */
export const KINDS: Readonly<Record<string, PanelKind>> = {
  bargauge: BarGaugePanel,
  heatmap: HeatmapPanel,
  stat: StatPanel,
  'state-timeline': StateTimelinePanel,
  table: TablePanel,
  timeseries: TimeSeriesPanel,
};
