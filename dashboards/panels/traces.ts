import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/table';
import { query } from '../query.js';
import { described } from './common.js';
import type { Spec } from './spec.js';

/** Traces that TraceQL finds, as a table whose first column opens them. */
export function traces({
  text,
  ...spec
}: Pick<Spec, 'title' | 'description'> & { readonly text: string }): Panel {
  const queries = [query(text, '', { source: 'tempo' })];
  return described(new PanelBuilder(), { ...spec, unit: 'short', queries }).build();
}
