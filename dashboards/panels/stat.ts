import {
  BigValueColorMode,
  BigValueGraphMode,
  BigValueTextMode,
  ReduceDataOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import { MappingType, type Panel, type ValueMapping } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { byThreshold, described } from './common.js';
import type { Spec } from './spec.js';

interface Stat extends Spec {
  /** Shows the names of the series beside their values. */
  readonly named?: boolean;
  /** What 0 and 1 mean. */
  readonly words?: readonly [zero: string, one: string];
}

/** One big number, with its course behind it. */
export function stat({ named = false, words, ...spec }: Stat): Panel {
  return described(new PanelBuilder(), { steps: [], ...spec })
    .colorScheme(byThreshold())
    .mappings(words ? [spelled(words)] : [])
    .colorMode(BigValueColorMode.Value)
    .graphMode(spec.queries[0]?.instant ? BigValueGraphMode.None : BigValueGraphMode.Area)
    .textMode(named ? BigValueTextMode.ValueAndName : BigValueTextMode.Value)
    .reduceOptions(lastValue())
    .build();
}

function spelled([zero, one]: readonly [string, string]): ValueMapping {
  const options = { '0': { text: zero, index: 0 }, '1': { text: one, index: 1 } };
  return { type: MappingType.ValueToText, options };
}

/** Of a query over time it is the newest that there is, which may be old: ask for now, or for 0 where there is none. */
export function lastValue(): ReduceDataOptionsBuilder {
  return new ReduceDataOptionsBuilder().calcs(['lastNotNull']).values(false).fields('');
}
