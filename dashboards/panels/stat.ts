import {
  BigValueColorMode,
  BigValueGraphMode,
  BigValueTextMode,
  ReduceDataOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import type { Panel, ValueMapping } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { byThreshold, described } from './common.js';
import type { Spec } from './spec.js';

interface Stat extends Spec {
  /** Shows the names of the series beside their values. */
  readonly named?: boolean;
  readonly mappings?: ValueMapping[];
}

/** One big number, with its course behind it. */
export function stat({ named = false, mappings = [], ...spec }: Stat): Panel {
  return described(new PanelBuilder(), { steps: [], ...spec })
    .colorScheme(byThreshold())
    .mappings(mappings)
    .colorMode(BigValueColorMode.Value)
    .graphMode(spec.queries[0]?.instant ? BigValueGraphMode.None : BigValueGraphMode.Area)
    .textMode(named ? BigValueTextMode.ValueAndName : BigValueTextMode.Value)
    .reduceOptions(lastValue())
    .build();
}

export function lastValue(): ReduceDataOptionsBuilder {
  return new ReduceDataOptionsBuilder().calcs(['lastNotNull']).values(false).fields('');
}
