import {
  BigValueColorMode,
  BigValueGraphMode,
  BigValueJustifyMode,
  BigValueTextMode,
  ReduceDataOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { NEUTRAL } from '../colours.js';
import { byThreshold, described, fixedColour } from './common.js';
import { absent, type State, spelled } from './mappings.js';
import type { PanelIn, Spec } from './spec.js';

interface Stat extends Spec {
  /** The meaning of values that are not to be read as numbers. */
  readonly states?: Readonly<Record<string, State>>;
}

/** One big number. With limits it has their colours, otherwise it is neither good nor bad. */
export const stat =
  ({ states = {}, ...spec }: Stat): PanelIn =>
  (form) =>
    described(new PanelBuilder(), { steps: [], ...spec }, form)
      .colorScheme(spec.steps ? byThreshold() : fixedColour(NEUTRAL))
      .mappings([...spelled(states), ...(spec.noValue === undefined ? [] : [absent(spec.noValue)])])
      .colorMode(BigValueColorMode.Value)
      .graphMode(BigValueGraphMode.None)
      .justifyMode(BigValueJustifyMode.Center)
      .textMode(BigValueTextMode.Value)
      .reduceOptions(lastValue())
      .build();

/**
 * Shows the newest value of a query over time, which may be old. Query the value of now instead, or 0 where
 * there is none.
 */
function lastValue(): ReduceDataOptionsBuilder {
  return new ReduceDataOptionsBuilder().calcs(['lastNotNull']).values(false).fields('');
}
