import { type DataFrame, FieldType, toDataFrame } from '@grafana/data';
import type { Series } from '../api/prometheus.js';
import type { Target } from '../model/dashboard.js';
import { seriesName } from '../model/legend.js';

/** Converts a value. Prometheus writes infinite values as words, since JSON has no numbers for them. */
function toNumber(text: string): number {
  if (text === '+Inf') return Number.POSITIVE_INFINITY;
  if (text === '-Inf') return Number.NEGATIVE_INFINITY;
  return Number(text);
}

/** Makes a frame over time for each series. */
export function timeFrames(series: readonly Series[], target: Target, stepMs: number): DataFrame[] {
  return series.map(({ metric, values }) => {
    const name = seriesName(target.legendFormat, metric);
    return toDataFrame({
      refId: target.refId,
      name,
      fields: [
        {
          name: 'Time',
          type: FieldType.time,
          values: values.map(([seconds]) => seconds * 1000),
          config: { interval: stepMs },
        },
        {
          name: 'Value',
          type: FieldType.number,
          labels: { ...metric },
          values: values.map(([, value]) => finite(toNumber(value))),
          config: { displayNameFromDS: name },
        },
      ],
    });
  });
}

/** Turns NaN into a gap, so that the ratio of zero requests is not drawn. */
function finite(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}

/** Whether there is nothing to draw: no points, or only gaps. */
export function isEmpty({ fields }: DataFrame): boolean {
  return fields.every(
    ({ type, values }) =>
      type === FieldType.time || values.every((value) => value === null || value === undefined),
  );
}

/** Makes one frame with a row for each series. */
export function tableFrame(series: readonly Series[], target: Target, valueName: string): DataFrame {
  const labels = [...new Set(series.flatMap(({ metric }) => Object.keys(metric)))].sort();
  const last = series.map(({ values }) => values.at(-1));
  return toDataFrame({
    refId: target.refId,
    fields: [
      { name: 'Time', type: FieldType.time, values: last.map((point) => (point?.[0] ?? 0) * 1000) },
      ...labels.map((label) => ({
        name: label,
        type: FieldType.string,
        config: { filterable: true },
        values: series.map(({ metric }) => metric[label] ?? ''),
      })),
      { name: valueName, type: FieldType.number, values: last.map((point) => toNumber(point?.[1] ?? 'NaN')) },
    ],
  });
}
