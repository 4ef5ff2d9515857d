import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog';
import { DataqueryBuilder as LokiQuery } from '@grafana/grafana-foundation-sdk/loki';
import {
  DataqueryBuilder as PrometheusQuery,
  PromQueryFormat,
  QueryEditorMode,
} from '@grafana/grafana-foundation-sdk/prometheus';
import { DataqueryBuilder as TempoQuery } from '@grafana/grafana-foundation-sdk/tempo';
import type { HistogramForm } from '../../prometheus/promql.js';
import { type Query, textIn } from '../query.js';
import { chosenSource } from '../sources.js';

/** Returns a query in the form of its data source. */
export function target(query: Query, form: HistogramForm): Builder<Dataquery> {
  switch (query.source) {
    case 'loki':
      return loki(query, form);
    case 'tempo':
      return new TempoQuery()
        .datasource(chosenSource('tempo'))
        .query(textIn(query, form))
        .queryType('traceql')
        .limit(50);
    default:
      return prometheus(query, form);
  }
}

function prometheus(query: Query, form: HistogramForm): Builder<Dataquery> {
  const { legend, instant = false, exemplar = false } = query;
  const builder = new PrometheusQuery()
    .datasource(chosenSource('prometheus'))
    .expr(textIn(query, form))
    .legendFormat(legend)
    .editorMode(QueryEditorMode.Code)
    .exemplar(exemplar);
  return instant ? builder.instant() : builder.range();
}

/** Returns a query for a table: a row for each current series, with a column for each label. */
export function tableTarget(query: Query, form: HistogramForm): Builder<Dataquery> {
  return new PrometheusQuery()
    .datasource(chosenSource('prometheus'))
    .expr(textIn(query, form))
    .legendFormat(query.legend)
    .editorMode(QueryEditorMode.Code)
    .format(PromQueryFormat.Table)
    .exemplar(false)
    .instant();
}

/**
 * Returns the queries for the buckets of a heatmap. For classic ones, Grafana reads the bounds from the label
 * `le`. Native ones are cells already, which the format for classic ones would spoil.
 */
export function heatmapTargets(query: Query, form: HistogramForm): Builder<Dataquery>[] {
  if (query.instant) return [target(query, form)];
  const [classic, native] = [textIn(query, 'classic'), textIn(query, 'native')];
  switch (form) {
    case 'classic':
      return [buckets(classic, PromQueryFormat.Heatmap)];
    case 'native':
      return [buckets(native, PromQueryFormat.TimeSeries)];
    case 'both':
      // Only one of them, since both would be drawn over each other.
      return [
        buckets(classic, PromQueryFormat.Heatmap),
        buckets(`(${native}) unless on () (${classic})`, PromQueryFormat.TimeSeries),
      ];
  }
}

function buckets(text: string, format: PromQueryFormat): Builder<Dataquery> {
  return new PrometheusQuery()
    .datasource(chosenSource('prometheus'))
    .expr(text)
    .legendFormat('{{le}}')
    .editorMode(QueryEditorMode.Code)
    .format(format)
    .exemplar(false)
    .range();
}

function loki(query: Query, form: HistogramForm): Builder<Dataquery> {
  const { legend, instant = false } = query;
  const builder = new LokiQuery()
    .datasource(chosenSource('loki'))
    .expr(textIn(query, form))
    .legendFormat(legend)
    .queryType(instant ? 'instant' : 'range');
  return builder;
}

/** Returns the name of the query at this place: `A`, `B`, … */
export function refIdOf(index: number): string {
  return String.fromCharCode('A'.charCodeAt(0) + index);
}
