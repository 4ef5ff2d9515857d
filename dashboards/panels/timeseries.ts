import {
  GraphDrawStyle,
  GraphThresholdsStyleConfigBuilder,
  GraphThresholdsStyleMode,
  LegendDisplayMode,
  LegendPlacement,
  ScaleDistribution,
  ScaleDistributionConfigBuilder,
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
import type { HistogramForm } from '../../prometheus/promql.js';
import { asLine } from '../colours.js';
import { described, palette } from './common.js';
import type { Explained, PanelIn, Step } from './spec.js';

interface Timeseries extends Explained {
  /**
   * Colours of series, by name. Show series without a known name in a table: no palette has enough colours.
   */
  readonly colours: Readonly<Record<string, string>>;
  /** Stacks areas, if their sum means something. */
  readonly stacked?: boolean;
  /**
   * Uses a logarithmic scale, so that small series are not flat beside large ones. The values are 0 and
   * above, or above 0 only.
   */
  readonly wide?: 'from 0' | 'above 0';
  /** The least end of the axis. If there is nearly always nothing, Grafana would choose 100. */
  readonly least?: number;
  /** Shows events: a bar where something happened. */
  readonly bars?: boolean;
}

/** Bars have no edge, since that of an empty bar would look like a line. */
const WIDTHS = { lines: 2, areas: 1, bars: 0 } as const;
const FILLS = { lines: 0, areas: 60, bars: 100 } as const;

/** Lines over time. A gap stays a gap: an outage must not look like a straight line. */
export function timeseries(spec: Timeseries): PanelIn {
  return (form) => drawn(spec, form);
}

function drawn(
  { stacked = false, bars = false, wide, least, ...spec }: Timeseries,
  form: HistogramForm,
): Panel {
  const { min = wide === 'above 0' ? Number.NEGATIVE_INFINITY : 0 } = spec;
  const kind = bars ? 'bars' : stacked ? 'areas' : 'lines';
  const steps = spec.steps?.map(([value, colour]): Step => [value, asLine(colour)]);
  const builder = described(new PanelBuilder(), { ...spec, ...(steps && { steps }), min }, form)
    .colorScheme(palette())
    .drawStyle(bars ? GraphDrawStyle.Bars : GraphDrawStyle.Line)
    .lineWidth(WIDTHS[kind])
    .fillOpacity(FILLS[kind])
    .showPoints(kind === 'lines' ? VisibilityMode.Auto : VisibilityMode.Never)
    .pointSize(3)
    .spanNulls(false)
    .legend(legend(Object.keys(spec.colours).length > 1))
    .tooltip(tooltip());
  if (stacked) builder.stacking(new StackingConfigBuilder().mode(StackingMode.Normal).group('A'));
  const soft = least ?? (bars ? 1 : undefined);
  if (soft !== undefined) builder.axisSoftMax(soft);
  if (wide) builder.scaleDistribution(logarithmic(wide));
  if (spec.steps) builder.thresholdsStyle(dashed());
  return builder.build();
}

/**
 * Shows only names, on a line or two, so that the curves keep their room. A single curve is named by the
 * title.
 */
function legend(isShown: boolean): VizLegendOptionsBuilder {
  return new VizLegendOptionsBuilder()
    .displayMode(LegendDisplayMode.List)
    .placement(LegendPlacement.Bottom)
    .showLegend(isShown)
    .calcs([]);
}

function logarithmic(from: 'from 0' | 'above 0'): ScaleDistributionConfigBuilder {
  const scale = new ScaleDistributionConfigBuilder().log(10);
  return from === 'above 0'
    ? scale.type(ScaleDistribution.Log)
    : scale.type(ScaleDistribution.Symlog).linearThreshold(1);
}

function tooltip(): VizTooltipOptionsBuilder {
  return new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending);
}

function dashed(): GraphThresholdsStyleConfigBuilder {
  return new GraphThresholdsStyleConfigBuilder().mode(GraphThresholdsStyleMode.Dashed);
}
