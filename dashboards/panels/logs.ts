import { LogsSortOrder } from '@grafana/grafana-foundation-sdk/common';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/logs';
import { described } from './common.js';
import type { Spec } from './spec.js';

/** Log lines, newest first; a click shows their fields, and the link to the trace. */
export function logs(spec: Omit<Spec, 'unit'>): Panel {
  return described(new PanelBuilder(), { ...spec, unit: 'short' })
    .showTime(true)
    .wrapLogMessage(true)
    .prettifyLogMessage(false)
    .enableLogDetails(true)
    .sortOrder(LogsSortOrder.Descending)
    .build();
}
