import {
  LegendDisplayMode,
  LegendPlacement,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/statetimeline';
import { byThreshold, described, fixedColour } from './common.js';
import { type State, spelled } from './mappings.js';
import type { Explained, PanelIn } from './spec.js';

interface States extends Omit<Explained, 'unit'> {
  /** The meaning of each value; not given if the values are to be read as numbers. */
  readonly states?: Readonly<Record<string, State>>;
  /** The colour of numbers that are neither good nor bad. */
  readonly colour?: string;
}

/** A bar for each series, which changes with its value. It shows since when, and for how long. */
export const states =
  ({ states: known = {}, colour, ...spec }: States): PanelIn =>
  (form) =>
    described(new PanelBuilder(), { steps: [], ...spec, unit: 'none' }, form)
      .colorScheme(colour === undefined ? byThreshold() : fixedColour(colour))
      .mappings(spelled(known))
      .mergeValues(true)
      .showValue(VisibilityMode.Auto)
      .rowHeight(0.85)
      .fillOpacity(85)
      .lineWidth(0)
      .legend(hidden())
      .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Single))
      .build();

/** Hides the legend, since each bar contains the name of its state. */
function hidden(): VizLegendOptionsBuilder {
  return new VizLegendOptionsBuilder()
    .displayMode(LegendDisplayMode.List)
    .placement(LegendPlacement.Bottom)
    .showLegend(false)
    .calcs([]);
}
