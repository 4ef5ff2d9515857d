import {
  ScaleDistribution,
  ScaleDistributionConfigBuilder,
  TooltipDisplayMode,
} from '@grafana/grafana-foundation-sdk/common';
import {
  HeatmapColorMode,
  HeatmapColorOptionsBuilder,
  HeatmapTooltipBuilder,
  PanelBuilder,
  YAxisConfigBuilder,
} from '@grafana/grafana-foundation-sdk/heatmap';
import { NEUTRAL } from '../colours.js';
import { described } from './common.js';
import type { Explained, PanelIn } from './spec.js';
import { heatmapTargets } from './target.js';

/** Shows how many observations fell into each bucket over time; brighter is more. */
export const heatmap =
  (spec: Explained): PanelIn =>
  (form) =>
    described(new PanelBuilder(), spec, form)
      .targets(spec.queries.flatMap((query) => heatmapTargets(query, form)))
      .calculate(false)
      .color(
        new HeatmapColorOptionsBuilder()
          .mode(HeatmapColorMode.Scheme)
          .scheme('Oranges')
          .exponent(0.5)
          .steps(64),
      )
      .yAxis(new YAxisConfigBuilder().unit(spec.unit))
      .scaleDistribution(new ScaleDistributionConfigBuilder().type(ScaleDistribution.Linear))
      .tooltip(new HeatmapTooltipBuilder().mode(TooltipDisplayMode.Single).yHistogram(true))
      .exemplarsColor(NEUTRAL)
      .showLegend()
      .build();
