import { LogsSortOrder } from '@grafana/grafana-foundation-sdk/common';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/logs';
import { described } from './common.js';
import type { Explained, PanelIn } from './spec.js';

/** Log lines, newest first; a click shows their fields, and the link to the trace. */
export const logs =
  (spec: Omit<Explained, 'unit'>): PanelIn =>
  (form) =>
    described(new PanelBuilder(), { ...spec, unit: 'short' }, form)
      .showTime(true)
      .wrapLogMessage(true)
      .prettifyLogMessage(false)
      .enableLogDetails(true)
      .sortOrder(LogsSortOrder.Descending)
      .build();
