import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog';
import { DataqueryBuilder as LokiQuery } from '@grafana/grafana-foundation-sdk/loki';
import {
  DataqueryBuilder as PrometheusQuery,
  PromQueryFormat,
  QueryEditorMode,
} from '@grafana/grafana-foundation-sdk/prometheus';
import { DataqueryBuilder as TempoQuery } from '@grafana/grafana-foundation-sdk/tempo';
import type { Query } from '../query.js';
import { chosenSource } from '../sources.js';

/** A query in the form that its data source wants. */
export function target(query: Query): Builder<Dataquery> {
  switch (query.source) {
    case 'loki':
      return loki(query);
    case 'tempo':
      return new TempoQuery()
        .datasource(chosenSource('tempo'))
        .query(query.text)
        .queryType('traceql')
        .limit(50);
    default:
      return prometheus(query);
  }
}

function prometheus({ text, legend, instant = false, exemplar = false }: Query): Builder<Dataquery> {
  const builder = new PrometheusQuery()
    .datasource(chosenSource('prometheus'))
    .expr(text)
    .legendFormat(legend)
    .editorMode(QueryEditorMode.Code)
    .exemplar(exemplar);
  return instant ? builder.instant() : builder.range();
}

/** The rows of a table are what Prometheus gives for now, a column for each label. */
export function tableTarget({ text, legend }: Query): Builder<Dataquery> {
  return new PrometheusQuery()
    .datasource(chosenSource('prometheus'))
    .expr(text)
    .legendFormat(legend)
    .editorMode(QueryEditorMode.Code)
    .format(PromQueryFormat.Table)
    .exemplar(false)
    .instant();
}

/** The buckets of a heatmap; Grafana takes the bounds from the label `le`. */
export function heatmapTarget({ text, exemplar = false }: Query): Builder<Dataquery> {
  return new PrometheusQuery()
    .datasource(chosenSource('prometheus'))
    .expr(text)
    .legendFormat('{{le}}')
    .editorMode(QueryEditorMode.Code)
    .format(PromQueryFormat.Heatmap)
    .exemplar(exemplar)
    .range();
}

function loki({ text, legend, instant = false }: Query): Builder<Dataquery> {
  const builder = new LokiQuery()
    .datasource(chosenSource('loki'))
    .expr(text)
    .legendFormat(legend)
    .queryType(instant ? 'instant' : 'range');
  return builder;
}

/** `A`, `B`, …: what the query at this place is called. */
export function refIdOf(index: number): string {
  return String.fromCharCode('A'.charCodeAt(0) + index);
}
