import { PanelBuilder } from '@grafana/grafana-foundation-sdk/table';
import { query } from '../query.js';
import { described } from './common.js';
import type { Explained, PanelIn } from './spec.js';

/** A table of the traces that TraceQL finds. Its first column opens them. */
export function traces({
  text,
  ...spec
}: Pick<Explained, 'title' | 'description' | 'noValue'> & { readonly text: string }): PanelIn {
  const queries = [query(text, '', { source: 'tempo' })];
  return (form) => described(new PanelBuilder(), { ...spec, unit: 'short', queries }, form).build();
}
