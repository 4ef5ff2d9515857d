import { PanelBuilder } from '@grafana/grafana-foundation-sdk/bargauge';
import { BarGaugeDisplayMode, VizOrientation } from '@grafana/grafana-foundation-sdk/common';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { byThreshold, described } from './common.js';
import type { Spec } from './spec.js';
import { lastValue } from './stat.js';

/** A bar for each series, as long as its value. */
export function bars(spec: Spec): Panel {
  return described(new PanelBuilder(), { min: 0, steps: [], ...spec })
    .colorScheme(byThreshold())
    .displayMode(BarGaugeDisplayMode.Basic)
    .orientation(VizOrientation.Horizontal)
    .reduceOptions(lastValue())
    .build();
}
