import {
  GraphThresholdsStyleConfigBuilder,
  GraphThresholdsStyleMode,
  LegendDisplayMode,
  LegendPlacement,
  SortOrder,
  StackingConfigBuilder,
  StackingMode,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import { described, paletteByName } from './common.js';
import type { Spec } from './spec.js';

interface Timeseries extends Spec {
  /** Areas on top of each other, where the sum means something. */
  readonly stacked?: boolean;
}

/** Lines over time. A gap stays a gap: an outage must not look like a straight line. */
export function timeseries({ min = 0, stacked = false, ...spec }: Timeseries): Panel {
  const builder = described(new PanelBuilder(), { ...spec, min })
    .colorScheme(paletteByName())
    .lineWidth(2)
    .fillOpacity(stacked ? 40 : 8)
    .showPoints(VisibilityMode.Never)
    .spanNulls(false)
    .legend(legend())
    .tooltip(tooltip());
  if (stacked) builder.stacking(new StackingConfigBuilder().mode(StackingMode.Normal).group('A'));
  if (spec.steps) builder.thresholdsStyle(dashed());
  return builder.build();
}

/** The two figures that tell whether it is bad now, and how bad it was. */
function legend(): VizLegendOptionsBuilder {
  return new VizLegendOptionsBuilder()
    .displayMode(LegendDisplayMode.Table)
    .placement(LegendPlacement.Bottom)
    .showLegend(true)
    .calcs(['lastNotNull', 'max']);
}

function tooltip(): VizTooltipOptionsBuilder {
  return new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending);
}

function dashed(): GraphThresholdsStyleConfigBuilder {
  return new GraphThresholdsStyleConfigBuilder().mode(GraphThresholdsStyleMode.Dashed);
}
